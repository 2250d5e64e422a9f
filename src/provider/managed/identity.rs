//! The identity of any type: those of its attributes that tell its objects apart, and the workspace.

use std::{fmt, marker::PhantomData};

use crate::{
    framework::{self, Field, IdentityAttribute, Mismatch, Value},
    provider::managed::entity::{Entity, lives_in_one},
};

/// The identity of an object of this type.
pub(in crate::provider) struct Identity<E> {
    value: Value,
    of: PhantomData<fn(E)>,
}

impl<E: Entity> Identity<E> {
    /// The identity of the object with this state.
    pub(super) fn of(row: &E::Row) -> Self {
        let state = row.clone().into_value();
        let names = <Self as framework::Identity>::attributes().into_iter();
        let attributes = names.map(|it| (it.name, state.get(it.name).clone()));
        Self {
            value: Value::object(attributes),
            of: PhantomData,
        }
    }

    /// The little state that it tells.
    ///
    /// # Errors
    /// When the identity has other types than the state.
    pub(super) fn into_row(self) -> Result<E::Row, Mismatch> {
        E::Row::from_value(self.value)
    }
}

impl<E: Entity> framework::Identity for Identity<E> {
    fn attributes() -> Vec<IdentityAttribute> {
        let workspace = lives_in_one::<E>()
            .then(|| IdentityAttribute::optional("workspace", "The workspace that it lives in."));
        let own = E::IDENTITY.iter();
        own.map(|(name, what)| IdentityAttribute::required(name, what))
            .chain(workspace)
            .collect()
    }
}

impl<E> Field for Identity<E> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let of = PhantomData;
        Ok(Self { value, of })
    }

    fn into_value(self) -> Value {
        self.value
    }
}

impl<E> fmt::Debug for Identity<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
