//! Rows of versions and aliases: the attribute that names what they are of goes by its kind's own name.

use std::{
    marker::PhantomData,
    ops::{Deref, DerefMut},
};

use crate::{
    framework::{Field, Mismatch, Value},
    provider::models::kind::Kind,
};

/// The name of that attribute in a row.
const OWNER: &str = "owner";

/// A row of a kind, which has an `owner`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::provider) struct OfKind<K, R>(pub(super) R, PhantomData<fn(K)>);

impl<K, R> OfKind<K, R> {
    pub(super) const fn new(row: R) -> Self {
        Self(row, PhantomData)
    }
}

impl<K: Kind, R: Field> Field for OfKind<K, R> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        R::from_value(renamed(value, K::OWNER, OWNER)).map(Self::new)
    }

    fn into_value(self) -> Value {
        renamed(self.0.into_value(), OWNER, K::OWNER)
    }
}

fn renamed(value: Value, from: &'static str, to: &'static str) -> Value {
    match value {
        Value::Object(mut attributes) => {
            let owner = attributes.remove(from).unwrap_or_default();
            attributes.insert(to.into(), owner);
            Value::Object(attributes)
        }
        other => other,
    }
}

impl<K, R> Deref for OfKind<K, R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.0
    }
}

impl<K, R> DerefMut for OfKind<K, R> {
    fn deref_mut(&mut self) -> &mut R {
        &mut self.0
    }
}
