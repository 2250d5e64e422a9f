//! What the catalogue offers, found by kind and name.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use super::absent;
use crate::{
    framework::{Diagnostics, Offer, left_out, planning, schema::Schema, validation},
    wire::{Type, Value},
};

/// All types of one kind.
pub(super) struct Kind<T: ?Sized> {
    noun: &'static str,
    types: BTreeMap<&'static str, Lazy<T>>,
}

/// A schema is built when its type is first asked for: hosts start a process for each of their walks,
/// and only one of these asks for all schemas.
type Lazy<T> = LazyLock<Arc<Registered<T>>, Box<dyn FnOnce() -> Arc<Registered<T>> + Send>>;

/// One type, and what is derived from its schema.
pub(super) struct Registered<T: ?Sized> {
    /// What its author wrote.
    pub(super) handler: Box<T>,
    pub(super) schema: Schema,
    pub(super) ty: Type,
}

impl<T: ?Sized> Registered<T> {
    fn new(offer: Offer<T>) -> Self {
        let schema = offer.schema();
        let ty = schema.ty();
        Self {
            handler: offer.handler,
            schema,
            ty,
        }
    }

    /// A value as the author of the type sees it.
    pub(super) fn hidden(&self, value: Value) -> Value {
        left_out::hidden(&self.schema.body, value)
    }

    /// An author's answer as it is kept: spelled as before, and without what is never stored.
    pub(super) fn kept(&self, written: &Value, answer: Value) -> Value {
        let answer = left_out::respelled(&self.schema.body, written, answer);
        planning::without_write_only(&self.schema.body, answer)
    }

    /// A configuration that is about to be used. Hosts have it validated before; what they learned
    /// since, they need not.
    ///
    /// # Errors
    /// What the schema says is wrong with it.
    pub(super) fn accepted(&self, config: Value) -> Result<Value, Diagnostics> {
        validation::refuse(&self.schema.body, &config)?;
        Ok(config)
    }
}

impl<T: ?Sized + Send + Sync + 'static> Kind<T> {
    /// These types, which users call by `noun`.
    pub(super) fn new(noun: &'static str, offers: Vec<Offer<T>>) -> Self {
        let register = |offer: Offer<T>| {
            let (name, make) = (offer.type_name, || Arc::new(Registered::new(offer)));
            (name, Lazy::new(Box::new(make)))
        };
        let mut types = BTreeMap::new();
        types.extend(offers.into_iter().map(register));
        Self { noun, types }
    }

    pub(super) fn get(&self, name: &str) -> Result<&Arc<Registered<T>>, Diagnostics> {
        let found = self.types.get(name).map(|it| &**it);
        found.ok_or_else(|| absent::unknown_type(self.noun, name))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &Arc<Registered<T>>)> {
        self.types.iter().map(|(name, it)| (*name, &**it))
    }

    pub(super) fn names<M: FromIterator<N>, N>(&self, message: fn(String) -> N) -> M {
        let names = self.types.keys();
        names.map(|it| message((*it).to_owned())).collect()
    }

    pub(super) fn schemas<M: FromIterator<(String, N)>, N>(&self, message: fn(&Schema) -> N) -> M {
        self.iter()
            .map(|(name, it)| (name.to_owned(), message(&it.schema)))
            .collect()
    }
}
