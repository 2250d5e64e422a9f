//! A value: null, not yet known, or known.

use std::collections::BTreeMap;

use super::{Name, Number, Path, Step, Type};

/// A value of some [`Type`], which is known from elsewhere (a schema, as a rule).
///
/// Ordered only so that sets can be kept in one order and compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// A value that will be known after apply; what is already known about it, if anything.
    Unknown(Option<Box<Refinement>>),
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// The elements of a list or tuple.
    List(Vec<Self>),
    /// The elements of a set, sorted; equal known elements stand once.
    Set(Vec<Self>),
    /// The elements of a map.
    Map(BTreeMap<Name, Self>),
    /// The attributes and blocks of an object, all of them.
    Object(BTreeMap<Name, Self>),
    /// A value whose type travels with it, because the schema says [`Type::Dynamic`].
    Dynamic(Box<Type>, Box<Self>),
}

/// What is known about a value that is not.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refinement {
    /// `Some(false)`: it will not be null.
    pub null: Option<bool>,
    /// A string's beginning.
    pub prefix: Option<String>,
    /// A number's lower bound, and whether the bound itself is allowed.
    pub lower: Option<(Number, bool)>,
    /// A number's upper bound, and whether the bound itself is allowed.
    pub upper: Option<(Number, bool)>,
    /// A collection's least length.
    pub min_length: Option<u64>,
    /// A collection's greatest length.
    pub max_length: Option<u64>,
}

impl Value {
    /// A value of which nothing is known yet.
    pub const UNKNOWN: Self = Self::Unknown(None);

    /// A string value.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// A number value.
    pub fn number(number: impl Into<Number>) -> Self {
        Self::Number(number.into())
    }

    /// A map of these entries.
    pub fn map<K: Into<Name>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(sorted(entries))
    }

    /// A set: sorted, with equal known elements coalesced.
    pub fn set(mut elements: Vec<Self>) -> Self {
        elements.sort();
        elements.dedup_by(|a, b| a == b && a.is_wholly_known());
        Self::Set(elements)
    }

    /// An object of these attributes.
    pub fn object<N: Into<Name>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(sorted(attributes))
    }

    /// Whether this is null. A typed null under a dynamic type counts.
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Dynamic(_, value) => value.is_null(),
            _ => false,
        }
    }

    /// Whether this value itself is unknown; its elements may still be when it is not.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Dynamic(_, value) => value.is_unknown(),
            _ => false,
        }
    }

    /// Whether nothing unknown is in it at any depth.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::List(elements) | Self::Set(elements) => {
                elements.iter().all(Self::is_wholly_known)
            }
            Self::Map(entries) | Self::Object(entries) => {
                entries.values().all(Self::is_wholly_known)
            }
            Self::Dynamic(_, value) => value.is_wholly_known(),
        }
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// A known boolean.
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// A known number.
    pub const fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The entries of a known map, or the attributes of a known object.
    pub const fn entries(&self) -> Option<&BTreeMap<Name, Self>> {
        match self {
            Self::Map(entries) | Self::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The elements of a known list, tuple or set.
    pub fn elements(&self) -> Option<&[Self]> {
        match self {
            Self::List(elements) | Self::Set(elements) => Some(elements),
            _ => None,
        }
    }

    /// One attribute of a known object; null where there is none.
    pub fn get(&self, name: &str) -> &Self {
        match self {
            Self::Object(attributes) => attributes.get(name).unwrap_or(&Self::Null),
            _ => &Self::Null,
        }
    }

    /// What is at this path; none where a step leads nowhere, as below a null or unknown value.
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.steps()
            .iter()
            .try_fold(self, |value, step| value.child(step))
    }

    /// What is one step below; none where the step leads nowhere.
    pub(crate) fn child(&self, step: &Step) -> Option<&Self> {
        match (self, step) {
            (Self::Dynamic(_, value), _) => value.child(step),
            (Self::Object(attributes), Step::Attribute(name)) => attributes.get(name.as_ref()),
            (Self::List(elements), Step::Index(index)) => elements.get(*index),
            (Self::Map(entries), Step::Key(key)) => entries.get(key.as_ref()),
            _ => None,
        }
    }

    /// Shows this value and all values in it, parents first, each with its path. Elements of a
    /// set come with the path of the set.
    pub fn walk(&self, visit: &mut impl FnMut(&Path, &Self)) {
        self.walk_from(&Path::root(), visit);
    }

    fn walk_from(&self, path: &Path, visit: &mut impl FnMut(&Path, &Self)) {
        visit(path, self);
        match self {
            Self::List(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    element.walk_from(&path.index(index), visit);
                }
            }
            Self::Set(elements) => {
                for element in elements {
                    element.walk_from(path, visit);
                }
            }
            Self::Map(entries) => {
                for (key, element) in entries {
                    element.walk_from(&path.key(key.clone()), visit);
                }
            }
            Self::Object(attributes) => {
                for (name, value) in attributes {
                    value.walk_from(&path.then(name.clone()), visit);
                }
            }
            Self::Dynamic(_, value) => value.walk_from(path, visit),
            Self::Null | Self::Unknown(_) | Self::Bool(_) | Self::Number(_) | Self::String(_) => {}
        }
    }

    /// The place of the first unknown value, if there is one.
    pub fn first_unknown(&self) -> Option<Path> {
        let mut first = None;
        self.walk(&mut |path, value| {
            if first.is_none() && matches!(value, Self::Unknown(_)) {
                first = Some(path.clone());
            }
        });
        first
    }
}

/// Inserts one by one: collecting would build the same sorting algorithm into the binary once more
/// for every caller, 5 KB each.
fn sorted<K: Into<Name>>(entries: impl IntoIterator<Item = (K, Value)>) -> BTreeMap<Name, Value> {
    let mut map = BTreeMap::new();
    map.extend(entries.into_iter().map(|(key, value)| (key.into(), value)));
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook() -> Value {
        let spec = Value::object([("url", Value::UNKNOWN), ("secret", Value::Null)]);
        Value::object([
            (
                "events",
                Value::set(vec![Value::string("b"), Value::string("a")]),
            ),
            ("http", Value::List(vec![spec])),
            ("tags", Value::map([("team", Value::number(7_i64))])),
        ])
    }

    #[test]
    fn a_set_is_sorted_and_holds_known_elements_once() {
        let a = || Value::string("a");
        let set = Value::set(vec![Value::UNKNOWN, a(), Value::UNKNOWN, a()]);
        assert_eq!(set, Value::Set(vec![Value::UNKNOWN, Value::UNKNOWN, a()]));
    }

    #[test]
    fn paths_lead_into_values() {
        let value = webhook();
        let url = Path::attribute("http").index(0).then("url");
        assert_eq!(value.at(&url), Some(&Value::UNKNOWN));
        assert_eq!(value.at(&Path::root()), Some(&value));
        let team = Path::attribute("tags").key("team");
        assert_eq!(value.at(&team), Some(&Value::number(7_i64)));
        for nowhere in [
            Path::attribute("http").index(1),
            Path::attribute("tags").then("team"),
            Path::attribute("events").index(0),
            url.then("host"),
        ] {
            assert_eq!(value.at(&nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn a_walk_shows_every_value_once_under_its_path() {
        let mut seen = Vec::new();
        webhook().walk(&mut |path, _| seen.push(path.to_string()));
        let expected = [
            "",
            "events",
            "events",
            "events",
            "http",
            "http[0]",
            "http[0].secret",
            "http[0].url",
            "tags",
            "tags[\"team\"]",
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn the_first_unknown_is_found_by_its_path() {
        let found = webhook().first_unknown();
        assert_eq!(
            found.map(|path| path.to_string()).as_deref(),
            Some("http[0].url")
        );
        assert_eq!(Value::string("known").first_unknown(), None);
    }
}
