//! A list resource: what its author writes, and the untyped form the server drives.

use std::{fmt, future::Future, marker::PhantomData};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::mpsc;

use super::{Context, Diagnostics, Field, Resource, Value, model::row, schema::Schema};

/// Finds the remote objects of one managed resource, for `terraform query`.
pub trait ListResource<C>: Send + Sync + 'static {
    /// The resource whose objects are listed, and whose type name this has.
    type Resource: Resource<C>;
    /// The attributes and blocks of its `config` block as a row.
    type Config: Field + Send + Sync;

    /// What may be configured. Nothing in it is computed.
    fn schema() -> Schema;

    /// Checks a configuration beyond what the schema says. Values may be unknown, and there is
    /// neither network nor client.
    fn validate(_config: &Self::Config) -> Diagnostics {
        Diagnostics::new()
    }

    /// Hands each object to `found` as soon as it is known. All of the configuration is known.
    /// Once the host has enough, or asks to stop, the future is dropped where it awaits.
    fn list(
        &self,
        cx: &Context<C>,
        request: List<Self::Config>,
        found: Found<<Self::Resource as Resource<C>>::Model>,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send;
}

/// What to list.
#[derive(Clone, Debug)]
pub struct List<M> {
    /// What it was configured with.
    pub config: M,
    /// How many the host wants at most.
    pub limit: usize,
    /// Whether it wants their states too. Without, what the identity needs is enough.
    pub with_state: bool,
}

/// One object that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<M> {
    /// How a user knows it.
    pub display_name: String,
    /// Its state, as a read after an import would give it.
    pub state: M,
}

/// Takes the objects that are found.
pub struct Found<M> {
    listed: mpsc::Sender<Listed<Value>>,
    model: PhantomData<fn(M)>,
}

impl<M: Field> Found<M> {
    /// Hands over one object; waits until the host wants it.
    pub async fn push(&self, listed: Listed<M>) {
        let listed = Listed {
            display_name: listed.display_name,
            state: listed.state.into_value(),
        };
        // Nobody listens when the host went away; the listing is about to be dropped then.
        let _ = self.listed.send(listed).await;
    }

    /// A place for objects, and the place where they come out.
    pub fn channel() -> (Self, mpsc::Receiver<Listed<Value>>) {
        let (listed, objects) = mpsc::channel(1);
        let model = PhantomData;
        (Self { listed, model }, objects)
    }
}

impl<M> fmt::Debug for Found<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").finish_non_exhaustive()
    }
}

/// A [`ListResource`] in values instead of rows.
pub trait AnyListResource<C>: Send + Sync + 'static {
    /// See [`ListResource::validate`].
    fn validate(&self, config: Value) -> Diagnostics;
    /// See [`ListResource::list`].
    fn list<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: List<Value>,
        found: Found<Value>,
    ) -> BoxFuture<'a, Result<(), Diagnostics>>;
}

impl<C, L> AnyListResource<C> for L
where
    C: Send + Sync + 'static,
    L: ListResource<C>,
{
    fn validate(&self, config: Value) -> Diagnostics {
        match row(config) {
            Ok(config) => L::validate(&config),
            Err(diagnostics) => diagnostics,
        }
    }

    fn list<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: List<Value>,
        found: Found<Value>,
    ) -> BoxFuture<'a, Result<(), Diagnostics>> {
        async move {
            let request = List {
                config: row(request.config)?,
                limit: request.limit,
                with_state: request.with_state,
            };
            let found = Found {
                listed: found.listed,
                model: PhantomData,
            };
            ListResource::list(self, cx, request, found).await
        }
        .boxed()
    }
}
