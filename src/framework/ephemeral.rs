//! An ephemeral resource: what its author writes, and the untyped form the server drives.

use std::{future::Future, time::SystemTime};

use futures_util::{FutureExt, future::BoxFuture};

use super::{Context, Diagnostics, Field, Private, Value, model::row, schema::Schema};

/// One type of ephemeral resource: values that exist for a run and are never stored.
pub trait EphemeralResource<C>: Send + Sync + 'static {
    /// Its attributes and blocks as a row.
    type Model: Field + Send + Sync;

    /// The name it has in configurations.
    const TYPE_NAME: &'static str;

    /// What may be configured, and what is given.
    fn schema() -> Schema;

    /// Checks a configuration beyond what the schema says. Values may be unknown, and there is
    /// neither network nor client.
    fn validate(_config: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }

    /// Makes the values; called for the plan and once more for the apply. All of the
    /// configuration is known, and defaults stand where it leaves something out; in the answer
    /// all must be known, and what was configured unchanged.
    fn open(
        &self,
        cx: &Context<C>,
        config: Self::Model,
    ) -> impl Future<Output = Result<Opened<Self::Model>, Diagnostics>> + Send;

    /// Prolongs the values. Called when [`Opened::renew_at`] comes, so not where that is never
    /// set.
    fn renew(
        &self,
        _cx: &Context<C>,
        private: Private,
    ) -> impl Future<Output = Result<Renewed, Diagnostics>> + Send {
        let renewed = Renewed {
            renew_at: None,
            private,
        };
        std::future::ready(Ok(renewed))
    }

    /// Revokes the values when the run needs them no more. Hosts give what [`Self::open`]
    /// remembered, not what a renewal did.
    fn close(
        &self,
        _cx: &Context<C>,
        _private: Private,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        std::future::ready(Ok(()))
    }
}

/// Values that were made.
#[derive(Clone, Debug, Default)]
pub struct Opened<M> {
    /// The configuration, with everything computed filled in.
    pub result: M,
    /// When they must be renewed, if they must.
    pub renew_at: Option<SystemTime>,
    /// What to remember; it stays in the host's memory.
    pub private: Private,
}

/// Values that live on.
#[derive(Clone, Debug, Default)]
pub struct Renewed {
    /// When they must be renewed again, if they must.
    pub renew_at: Option<SystemTime>,
    /// What to remember.
    pub private: Private,
}

/// An [`EphemeralResource`] in values instead of rows.
pub trait AnyEphemeralResource<C>: Send + Sync + 'static {
    /// See [`EphemeralResource::validate`].
    fn validate(&self, config: Value) -> Diagnostics;
    /// See [`EphemeralResource::open`].
    fn open<'a>(
        &'a self,
        cx: &'a Context<C>,
        config: Value,
    ) -> BoxFuture<'a, Result<Opened<Value>, Diagnostics>>;
    /// See [`EphemeralResource::renew`].
    fn renew<'a>(
        &'a self,
        cx: &'a Context<C>,
        private: Private,
    ) -> BoxFuture<'a, Result<Renewed, Diagnostics>>;
    /// See [`EphemeralResource::close`].
    fn close<'a>(
        &'a self,
        cx: &'a Context<C>,
        private: Private,
    ) -> BoxFuture<'a, Result<(), Diagnostics>>;
}

impl<C, E> AnyEphemeralResource<C> for E
where
    C: Send + Sync + 'static,
    E: EphemeralResource<C>,
{
    fn validate(&self, config: Value) -> Diagnostics {
        match row(config) {
            Ok(config) => E::validate(&config),
            Err(diagnostics) => diagnostics,
        }
    }

    fn open<'a>(
        &'a self,
        cx: &'a Context<C>,
        config: Value,
    ) -> BoxFuture<'a, Result<Opened<Value>, Diagnostics>> {
        async move {
            let opened = EphemeralResource::open(self, cx, row(config)?).await?;
            Ok(Opened {
                result: opened.result.into_value(),
                renew_at: opened.renew_at,
                private: opened.private,
            })
        }
        .boxed()
    }

    fn renew<'a>(
        &'a self,
        cx: &'a Context<C>,
        private: Private,
    ) -> BoxFuture<'a, Result<Renewed, Diagnostics>> {
        EphemeralResource::renew(self, cx, private).boxed()
    }

    fn close<'a>(
        &'a self,
        cx: &'a Context<C>,
        private: Private,
    ) -> BoxFuture<'a, Result<(), Diagnostics>> {
        EphemeralResource::close(self, cx, private).boxed()
    }
}
