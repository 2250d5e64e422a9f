//! A value: null, not yet known, or known.

use std::collections::BTreeMap;

use super::{Number, Type};

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
    List(Vec<Value>),
    /// The elements of a set, sorted; equal known elements stand once.
    Set(Vec<Value>),
    /// The elements of a map.
    Map(BTreeMap<String, Value>),
    /// The attributes and blocks of an object, all of them.
    Object(BTreeMap<String, Value>),
    /// A value whose type travels with it, because the schema says [`Type::Dynamic`].
    Dynamic(Box<Type>, Box<Value>),
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

    /// A set: sorted, with equal known elements coalesced.
    pub fn set(mut elements: Vec<Self>) -> Self {
        elements.sort();
        elements.dedup_by(|a, b| a == b && a.is_wholly_known());
        Self::Set(elements)
    }

    /// An object of these attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(
            attributes
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
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
}
