//! An action: what its author writes, and the untyped form the server drives.

use std::future::Future;

use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::mpsc;

use super::{Context, Diagnostics, Field, Value, model::row, schema::Schema};

/// One type of action: something done at the user's word that leaves no state behind.
pub trait Action<C>: Send + Sync + 'static {
    /// The attributes and blocks of its `config` block as a row.
    type Config: Field + Send + Sync;

    /// The name it has in configurations.
    const TYPE_NAME: &'static str;

    /// What may be configured. Nothing in it is computed.
    fn schema() -> Schema;

    /// Checks a configuration beyond what the schema says. Values may be unknown, and there is
    /// neither network nor client.
    fn validate(_config: &Self::Config) -> Diagnostics {
        Diagnostics::new()
    }

    /// Refuses at plan time what could never succeed. Values may be unknown.
    fn plan(
        &self,
        _cx: &Context<C>,
        _config: Self::Config,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        std::future::ready(Ok(()))
    }

    /// Does it. All of the configuration is known. When the host goes away the future is dropped;
    /// when it asks to stop, soon after.
    fn invoke(
        &self,
        cx: &Context<C>,
        request: Invoke<Self::Config>,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send;
}

/// An action to do.
#[derive(Debug)]
pub struct Invoke<M> {
    /// What it was configured with.
    pub config: M,
    /// Where to tell how it goes.
    pub progress: Progress,
}

/// Tells the user how an action goes, while it goes.
#[derive(Clone, Debug)]
pub struct Progress(mpsc::Sender<String>);

impl Progress {
    /// Shows one line to the user.
    pub async fn report(&self, message: impl Into<String>) {
        // Nobody listens when the host went away; the action is about to be dropped then.
        let _ = self.0.send(message.into()).await;
    }

    /// A progress and the place where its messages come out.
    pub fn channel() -> (Self, mpsc::Receiver<String>) {
        let (sender, messages) = mpsc::channel(1);
        (Self(sender), messages)
    }
}

/// An [`Action`] in values instead of rows.
pub trait AnyAction<C>: Send + Sync + 'static {
    /// See [`Action::validate`].
    fn validate(&self, config: Value) -> Diagnostics;
    /// See [`Action::plan`].
    fn plan<'a>(
        &'a self,
        cx: &'a Context<C>,
        config: Value,
    ) -> BoxFuture<'a, Result<(), Diagnostics>>;
    /// See [`Action::invoke`].
    fn invoke<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Invoke<Value>,
    ) -> BoxFuture<'a, Result<(), Diagnostics>>;
}

impl<C, A> AnyAction<C> for A
where
    C: Send + Sync + 'static,
    A: Action<C>,
{
    fn validate(&self, config: Value) -> Diagnostics {
        match row(config) {
            Ok(config) => A::validate(&config),
            Err(diagnostics) => diagnostics,
        }
    }

    fn plan<'a>(
        &'a self,
        cx: &'a Context<C>,
        config: Value,
    ) -> BoxFuture<'a, Result<(), Diagnostics>> {
        async move { Action::plan(self, cx, row(config)?).await }.boxed()
    }

    fn invoke<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Invoke<Value>,
    ) -> BoxFuture<'a, Result<(), Diagnostics>> {
        async move {
            let request = Invoke {
                config: row(request.config)?,
                progress: request.progress,
            };
            Action::invoke(self, cx, request).await
        }
        .boxed()
    }
}
