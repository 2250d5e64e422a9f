//! A value seen through the type it should have: the one place that knows which values fit which
//! types. Both encodings go through [`view`].

use std::collections::BTreeMap;

use super::{EncodeError, Name, Number, Refinement, Step, Type, Value};

/// One level of a value that fits its type so far; its children are still to be viewed.
pub(in crate::wire) enum View<'a> {
    Null,
    Unknown(Option<&'a Refinement>),
    Bool(bool),
    Number(&'a Number),
    String(&'a str),
    /// A list, set or tuple.
    Elements(Vec<Child<'a>>),
    /// A map or object, each child under its [`Child::name`].
    Entries(Vec<Child<'a>>),
    Dynamic(&'a Type, &'a Value),
}

/// A part of a value with the type it should have.
pub(in crate::wire) struct Child<'a> {
    place: Place<'a>,
    pub(in crate::wire) value: &'a Value,
    pub(in crate::wire) ty: &'a Type,
}

#[derive(Clone, Copy)]
enum Place<'a> {
    Attribute(&'a str),
    Key(&'a str),
    Index(usize),
    /// Somewhere in a set, which paths cannot tell.
    Member,
}

/// Looks at `value` as a `ty`, one level deep.
pub(in crate::wire) fn view<'a>(value: &'a Value, ty: &'a Type) -> Result<View<'a>, EncodeError> {
    match (value, ty) {
        (Value::Null, _) => Ok(View::Null),
        (Value::Unknown(refinement), _) => Ok(View::Unknown(refinement.as_deref())),
        (Value::Bool(flag), Type::Bool) => Ok(View::Bool(*flag)),
        (Value::Number(number), Type::Number) => Ok(View::Number(number)),
        (Value::String(text), Type::String) => Ok(View::String(text)),
        (Value::List(elements), Type::List(element)) => {
            elements_of(elements, element, Place::Index)
        }
        (Value::Set(elements), Type::Set(element)) => {
            elements_of(elements, element, |_| Place::Member)
        }
        (Value::List(elements), Type::Tuple(types)) => tuple(elements, types),
        (Value::Map(entries), Type::Map(element)) => map(entries, element),
        (Value::Object(values), Type::Object(types)) => object(values, types),
        (Value::Dynamic(inner, value), Type::Dynamic) => dynamic(inner, value),
        _ => Err(EncodeError::new(format!("expected {}", noun(ty)))),
    }
}

/// What a type is called in an error.
pub(in crate::wire) const fn noun(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "a bool",
        Type::Number => "a number",
        Type::String => "a string",
        Type::Dynamic => "a value with its type",
        Type::List(_) => "a list",
        Type::Set(_) => "a set",
        Type::Map(_) => "a map",
        Type::Tuple(_) => "a tuple",
        Type::Object(_) => "an object",
    }
}

fn elements_of<'a>(
    elements: &'a [Value],
    ty: &'a Type,
    place: impl Fn(usize) -> Place<'a>,
) -> Result<View<'a>, EncodeError> {
    let children = elements.iter().enumerate().map(|(index, value)| Child {
        place: place(index),
        value,
        ty,
    });
    let children: Vec<_> = children.collect();
    of_one_type(&children)?;
    Ok(View::Elements(children))
}

fn map<'a>(entries: &'a BTreeMap<Name, Value>, ty: &'a Type) -> Result<View<'a>, EncodeError> {
    let children = entries.iter().map(|(key, value)| Child {
        place: Place::Key(key),
        value,
        ty,
    });
    let children: Vec<_> = children.collect();
    of_one_type(&children)?;
    Ok(View::Entries(children))
}

fn tuple<'a>(elements: &'a [Value], types: &'a [Type]) -> Result<View<'a>, EncodeError> {
    if elements.len() != types.len() {
        let problem = format!("expected a tuple of {} elements", types.len());
        return Err(EncodeError::new(problem));
    }
    let children = elements.iter().zip(types).enumerate();
    let children = children.map(|(index, (value, ty))| Child {
        place: Place::Index(index),
        value,
        ty,
    });
    Ok(View::Elements(children.collect()))
}

fn object<'a>(
    values: &'a BTreeMap<Name, Value>,
    types: &'a BTreeMap<Name, Type>,
) -> Result<View<'a>, EncodeError> {
    if let Some(problem) = misfit(values, types) {
        return Err(problem);
    }
    let children = values.iter().zip(types.values());
    let children = children.map(|((name, value), ty)| Child {
        place: Place::Attribute(name),
        value,
        ty,
    });
    Ok(View::Entries(children.collect()))
}

/// The first name that one of the two lacks.
fn misfit(values: &BTreeMap<Name, Value>, types: &BTreeMap<Name, Type>) -> Option<EncodeError> {
    // Both are sorted, so that as a rule nothing has to be looked up.
    if values.keys().eq(types.keys()) {
        return None;
    }
    let foreign = values.keys().find(|name| !types.contains_key(*name));
    let foreign = foreign.map(|name| (name, "the object has no such attribute"));
    let missing = types.keys().find(|name| !values.contains_key(*name));
    let missing = missing.map(|name| (name, "the attribute is missing"));
    let (name, problem) = foreign.or(missing)?;
    Some(EncodeError::new(problem).under(Step::Attribute(name.clone())))
}

fn dynamic<'a>(ty: &'a Type, value: &'a Value) -> Result<View<'a>, EncodeError> {
    match ty {
        Type::Dynamic => Err(EncodeError::new("expected a value of a type of its own")),
        _ => Ok(View::Dynamic(ty, value)),
    }
}

impl<'a> Child<'a> {
    /// The attribute's name or the map's key.
    pub(in crate::wire) const fn name(&self) -> &'a str {
        match self.place {
            Place::Attribute(name) | Place::Key(name) => name,
            Place::Index(_) | Place::Member => "",
        }
    }

    /// The child's own problem as a problem of its parent.
    pub(in crate::wire) fn locate(&self, problem: EncodeError) -> EncodeError {
        self.place.locate(problem)
    }
}

impl Place<'_> {
    fn locate(self, problem: EncodeError) -> EncodeError {
        match self {
            Place::Attribute(name) => problem.under(Step::Attribute(name.to_owned().into())),
            Place::Key(key) => problem.under(Step::Key(key.to_owned().into())),
            Place::Index(index) => problem.under(Step::Index(index)),
            Place::Member => problem,
        }
    }
}

/// The host crashes on a collection whose elements have different types, which only dynamic
/// element types make possible.
fn of_one_type(children: &[Child<'_>]) -> Result<(), EncodeError> {
    if children.first().is_none_or(|child| !has_dynamic(child.ty)) {
        return Ok(());
    }
    let mut types = children.iter().map(|child| concrete(child.value, child.ty));
    // An element that is wholly dynamic, null or unknown, goes with every other.
    let first = types.find(|ty| *ty != Type::Dynamic);
    if types.all(|ty| ty == Type::Dynamic || Some(&ty) == first.as_ref()) {
        Ok(())
    } else {
        Err(EncodeError::new(
            "expected elements of one and the same type",
        ))
    }
}

fn has_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Number | Type::String => false,
        Type::Dynamic => true,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Tuple(elements) => elements.iter().any(has_dynamic),
        Type::Object(attributes) => attributes.values().any(has_dynamic),
    }
}

/// The type with each dynamic part replaced by what the value says it is.
fn concrete(value: &Value, ty: &Type) -> Type {
    match (value, ty) {
        (Value::Dynamic(inner, value), Type::Dynamic) => concrete(value, inner),
        (Value::List(elements), Type::List(ty)) => Type::list(concrete_element(elements, ty)),
        (Value::Set(elements), Type::Set(ty)) => Type::set(concrete_element(elements, ty)),
        (Value::Map(entries), Type::Map(ty)) => Type::map(concrete_element(entries.values(), ty)),
        (Value::List(elements), Type::Tuple(types)) => {
            let elements = elements.iter().zip(types);
            Type::Tuple(elements.map(|(value, ty)| concrete(value, ty)).collect())
        }
        (Value::Object(_), Type::Object(types)) => {
            let attributes = types.iter();
            Type::object(attributes.map(|(name, ty)| (name.clone(), concrete(value.get(name), ty))))
        }
        _ => ty.clone(),
    }
}

fn concrete_element<'a>(elements: impl IntoIterator<Item = &'a Value>, ty: &Type) -> Type {
    let mut types = elements.into_iter().map(|element| concrete(element, ty));
    let decided = types.find(|ty| *ty != Type::Dynamic);
    decided.unwrap_or_else(|| ty.clone())
}

#[cfg(test)]
impl Value {
    /// Whether this is a value of that type, at every depth.
    ///
    /// # Errors
    /// Names the first place where it is not, and what was expected there.
    pub(crate) fn conforms_to(&self, ty: &Type) -> Result<(), EncodeError> {
        match view(self, ty)? {
            View::Elements(children) | View::Entries(children) => {
                children.iter().try_for_each(|child| {
                    let conforms = child.value.conforms_to(child.ty);
                    conforms.map_err(|problem| child.locate(problem))
                })
            }
            View::Dynamic(ty, value) => value.conforms_to(ty),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Dynamic(Box::new(Type::String), Box::new(Value::string(text)))
    }

    fn flag() -> Value {
        Value::Dynamic(Box::new(Type::Bool), Box::new(Value::Bool(true)))
    }

    #[test]
    fn a_value_of_another_type_is_named_by_its_path() {
        let ty = Type::object([
            ("urls", Type::list(Type::object([("port", Type::Number)]))),
            ("tags", Type::map(Type::String)),
            ("events", Type::set(Type::String)),
            ("pair", Type::Tuple(vec![Type::Bool, Type::Bool])),
        ]);
        let good = Value::object([
            (
                "urls",
                Value::List(vec![Value::object([("port", Value::Null)]), Value::UNKNOWN]),
            ),
            ("tags", Value::Map(BTreeMap::new())),
            ("events", Value::set(vec![Value::string("a")])),
            ("pair", Value::Null),
        ]);
        assert_eq!(good.conforms_to(&ty), Ok(()));
        let port = Value::object([("port", Value::string("top secret"))]);
        let tag = BTreeMap::from([("team".into(), Value::Bool(true))]);
        for (name, value, error) in [
            (
                "urls",
                Value::List(vec![port]),
                "urls[0].port: expected a number",
            ),
            (
                "urls",
                Value::List(vec![Value::object::<&str>([])]),
                "urls[0].port: the attribute is missing",
            ),
            ("urls", Value::Set(Vec::new()), "urls: expected a list"),
            ("tags", Value::Map(tag), "tags[\"team\"]: expected a string"),
            (
                "events",
                Value::Set(vec![Value::Bool(true)]),
                "events: expected a string",
            ),
            (
                "pair",
                Value::List(vec![Value::Null]),
                "pair: expected a tuple of 2 elements",
            ),
            (
                "more",
                Value::Null,
                "more: the object has no such attribute",
            ),
        ] {
            let Value::Object(mut attributes) = good.clone() else {
                unreachable!()
            };
            attributes.insert(name.into(), value);
            let problem = Value::Object(attributes).conforms_to(&ty);
            assert_eq!(problem.expect_err(error).to_string(), error);
        }
    }

    #[test]
    fn a_dynamic_collection_has_elements_of_one_type() {
        let ty = Type::list(Type::Dynamic);
        let mixed = Value::List(vec![text("a"), flag()]);
        assert!(mixed.conforms_to(&ty).is_err());
        let same = Value::List(vec![Value::Null, text("a"), Value::UNKNOWN, text("b")]);
        assert_eq!(same.conforms_to(&ty), Ok(()));

        let ty = Type::map(Type::object([("any", Type::Dynamic)]));
        let entry = |key: &'static str, any| (key.into(), Value::object([("any", any)]));
        let mixed = Value::Map(BTreeMap::from([entry("a", text("a")), entry("b", flag())]));
        assert!(mixed.conforms_to(&ty).is_err());
    }

    #[test]
    fn a_dynamic_value_needs_a_type_of_its_own() {
        let value = Value::Dynamic(Box::new(Type::Dynamic), Box::new(Value::Null));
        assert!(value.conforms_to(&Type::Dynamic).is_err());
        assert!(Value::string("bare").conforms_to(&Type::Dynamic).is_err());
        assert_eq!(Value::Null.conforms_to(&Type::Dynamic), Ok(()));
    }
}
