//! Typed rows: a Rust struct for what a schema describes. Start at [`row!`](crate::row).

use std::{collections::BTreeMap, fmt};

use secrecy::{ExposeSecret, SecretString};

use super::{Diagnostic, Diagnostics};
use crate::wire::{Number, Path, Step, Value};

/// Declares a struct whose fields are the attributes and blocks of an object, under their names.
///
/// ```
/// use terraform_provider_mlflow::framework::{Attr, Field, Value, row};
///
/// row! {
///     /// A greeting.
///     pub struct Greeting {
///         /// Whom to greet.
///         pub name: Attr<String>,
///     }
/// }
///
/// let value = Value::object([("name", Value::string("Ada"))]);
/// let row = Greeting::from_value(value.clone()).unwrap();
/// assert_eq!(row.name.known().map(String::as_str), Some("Ada"));
/// assert_eq!(row.into_value(), value);
/// ```
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type,)*
        }

        impl $crate::framework::Field for $name {
            fn from_value(
                value: $crate::framework::Value,
            ) -> Result<Self, $crate::framework::Mismatch> {
                let mut attributes = match value {
                    $crate::framework::Value::Object(attributes) => attributes,
                    other => return Err($crate::framework::Mismatch::of(&other, "an object")),
                };
                Ok(Self {
                    $($field: $crate::framework::Field::from_value(
                        attributes.remove(stringify!($field)).unwrap_or_default(),
                    )
                    .map_err(|it| {
                        it.under($crate::framework::Step::Attribute(stringify!($field).into()))
                    })?,)*
                })
            }

            fn into_value(self) -> $crate::framework::Value {
                $crate::framework::Value::object([
                    $((stringify!($field), $crate::framework::Field::into_value(self.$field)),)*
                ])
            }
        }
    };
}

/// A Rust type that stands for a value.
pub trait Field: Sized {
    /// Reads a value.
    ///
    /// # Errors
    /// When the value has another shape: the schema and the row disagree.
    fn from_value(value: Value) -> Result<Self, Mismatch>;

    /// The value it stands for.
    fn into_value(self) -> Value;
}

/// The row of this value.
///
/// # Errors
/// When they do not fit each other.
pub(super) fn row<M: Field>(value: Value) -> Result<M, Diagnostics> {
    Ok(M::from_value(value)?)
}

/// A row and a value that do not fit each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    path: Path,
    expected: &'static str,
    unknown: bool,
}

impl Mismatch {
    /// The value is not what was expected.
    pub fn of(value: &Value, expected: &'static str) -> Self {
        Self {
            path: Path::root(),
            expected,
            unknown: value.is_unknown(),
        }
    }

    /// The same, seen from one step further up.
    #[must_use]
    pub fn under(self, step: Step) -> Self {
        Self {
            path: self.path.under(step),
            ..self
        }
    }
}

impl From<Mismatch> for Diagnostics {
    fn from(mismatch: Mismatch) -> Self {
        let detail = format!(
            "The value is not {}. This is a bug in the provider: please report it.",
            mismatch.expected
        );
        Diagnostic::error("Unexpected Value", detail)
            .at(mismatch.path)
            .into()
    }
}

/// An attribute that may be null or not yet known. It is unknown as a whole, too, where a part of it
/// is that `T` cannot hold unknown, such as an element of a list of blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attr<T> {
    /// No value.
    #[default]
    Null,
    /// Known after apply.
    Unknown,
    /// This value.
    Known(T),
}

impl<T> Attr<T> {
    /// Whether it has no value.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether its value comes later.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// The value, if there is one and it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value if it is known, else what stands for none.
    pub fn known_or_default(&self) -> T
    where
        T: Clone + Default,
    {
        self.known().cloned().unwrap_or_default()
    }

    /// The value, if there is one and it is known.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }
}

impl<T> From<T> for Attr<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl<T: Field> Field for Attr<T> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        if value.is_null() {
            Ok(Self::Null)
        } else if value.is_unknown() {
            Ok(Self::Unknown)
        } else {
            match T::from_value(value) {
                Err(mismatch) if mismatch.unknown => Ok(Self::Unknown),
                result => result.map(Self::Known),
            }
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Unknown => Value::UNKNOWN,
            Self::Known(value) => value.into_value(),
        }
    }
}

impl Field for Value {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Ok(value)
    }

    fn into_value(self) -> Value {
        self
    }
}

/// No attributes.
impl Field for () {
    fn from_value(_: Value) -> Result<Self, Mismatch> {
        Ok(())
    }

    fn into_value(self) -> Value {
        Value::Object(BTreeMap::new())
    }
}

impl Field for String {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(Mismatch::of(&other, "a string")),
        }
    }

    fn into_value(self) -> Value {
        Value::String(self)
    }
}

impl Field for bool {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let flag = value.as_bool();
        flag.ok_or_else(|| Mismatch::of(&value, "a boolean"))
    }

    fn into_value(self) -> Value {
        Value::Bool(self)
    }
}

impl Field for Number {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Number(number) => Ok(number),
            other => Err(Mismatch::of(&other, "a number")),
        }
    }

    fn into_value(self) -> Value {
        Value::Number(self)
    }
}

impl Field for i64 {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let number = value.as_number().and_then(Number::as_i64);
        number.ok_or_else(|| Mismatch::of(&value, "a whole number of 64 bits"))
    }

    fn into_value(self) -> Value {
        Value::Number(Number::from(self))
    }
}

impl<T: Field> Field for Vec<T> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let elements = match value {
            Value::List(elements) => elements,
            other => return Err(Mismatch::of(&other, "a list")),
        };
        elements
            .into_iter()
            .enumerate()
            .map(|(index, element)| {
                T::from_value(element).map_err(|it| it.under(Step::Index(index)))
            })
            .collect()
    }

    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(Field::into_value).collect())
    }
}

/// The elements of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetOf<T>(pub Vec<T>);

impl<T: Field> Field for SetOf<T> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let elements = match value {
            Value::Set(elements) => elements,
            other => return Err(Mismatch::of(&other, "a set")),
        };
        let elements = elements.into_iter().map(|it| T::from_value(it));
        elements.collect::<Result<_, _>>().map(Self)
    }

    fn into_value(self) -> Value {
        Value::set(self.0.into_iter().map(Field::into_value).collect())
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let entries = match value {
            Value::Map(entries) => entries,
            other => return Err(Mismatch::of(&other, "a map")),
        };
        let mut all = Self::new();
        for (key, entry) in entries {
            match T::from_value(entry) {
                Ok(entry) => all.insert(key.into_owned(), entry),
                Err(mismatch) => return Err(mismatch.under(Step::Key(key))),
            };
        }
        Ok(all)
    }

    fn into_value(self) -> Value {
        Value::map(self.into_iter().map(|(key, it)| (key, it.into_value())))
    }
}

/// Text that no log, error or debug output shows, and that is wiped when dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The same secret for a room that does not know this type.
    pub fn into_inner(self) -> SecretString {
        self.0
    }
}

impl Default for Secret {
    fn default() -> Self {
        Self::from(String::new())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sensitive]")
    }
}

impl Field for Secret {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        String::from_value(value).map(Self::from)
    }

    fn into_value(self) -> Value {
        Value::string(self.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    row! {
        struct Inner {
            key: Attr<Secret>,
        }
    }

    row! {
        struct Outer {
            size: Attr<i64>,
            tags: Attr<SetOf<Attr<String>>>,
            inner: Attr<Vec<Inner>>,
        }
    }

    fn outer(size: Value, tags: Value, inner: Value) -> Value {
        Value::object([("size", size), ("tags", tags), ("inner", inner)])
    }

    #[test]
    fn a_row_and_its_value_are_the_same_thing() {
        let secret = Value::object([("key", Value::string("hush"))]);
        let cases = [
            outer(Value::Null, Value::Null, Value::List(vec![])),
            outer(
                Value::Number(Number::from(7)),
                Value::set(vec![Value::string("b"), Value::UNKNOWN, Value::string("a")]),
                Value::List(vec![secret]),
            ),
            outer(Value::UNKNOWN, Value::UNKNOWN, Value::UNKNOWN),
        ];
        for value in cases {
            let row = Outer::from_value(value.clone()).unwrap();
            assert_eq!(row.into_value(), value);
        }
    }

    #[test]
    fn what_is_unknown_in_part_is_unknown_where_the_row_cannot_hold_the_part() {
        let inner = Value::List(vec![Value::object([("key", Value::Null)]), Value::UNKNOWN]);
        let tags = Value::set(vec![Value::UNKNOWN]);
        let row = Outer::from_value(outer(Value::Null, tags, inner)).unwrap();
        assert!(row.inner.is_unknown());
        assert_eq!(row.tags, Attr::Known(SetOf(vec![Attr::Unknown])));
    }

    #[test]
    fn a_mismatch_names_the_place() {
        let key = Value::object([("key", Value::Bool(true))]);
        let value = outer(Value::Null, Value::Null, Value::List(vec![key]));
        let mismatch = Outer::from_value(value).unwrap_err();
        assert_eq!(mismatch.path.to_string(), "inner[0].key");
    }

    #[test]
    fn a_secret_never_shows_itself() {
        let row = Inner {
            key: Attr::Known(Secret::from("hush".to_owned())),
        };
        assert!(!format!("{row:?}").contains("hush"));
    }
}
