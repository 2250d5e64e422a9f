//! The types a value can have.

use std::{borrow::Cow, collections::BTreeMap};

/// The name of an attribute, or the key of a map. Names out of schemas stand in values uncopied.
pub type Name = Cow<'static, str>;

/// A type, as schemas declare it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A decimal number of any size and precision.
    Number,
    /// Unicode text.
    String,
    /// Any type; the value says which.
    Dynamic,
    /// Elements of one type, in order.
    List(Box<Self>),
    /// Elements of one type, each once, in no order.
    Set(Box<Self>),
    /// Elements of one type under string keys.
    Map(Box<Self>),
    /// Elements of a type each, in order.
    Tuple(Vec<Self>),
    /// Attributes of a type each, under fixed names.
    Object(BTreeMap<Name, Self>),
}

impl Type {
    /// A list of `element`.
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// A set of `element`.
    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    /// A map of `element`.
    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    /// An object of these attributes.
    pub fn object<N: Into<Name>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        let mut types = BTreeMap::new();
        // Inserted one by one, as in `Value::object`.
        types.extend(attributes.into_iter().map(|(name, ty)| (name.into(), ty)));
        Self::Object(types)
    }
}
