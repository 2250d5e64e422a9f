//! A data source: what its author writes, and the untyped form the server drives.

use std::future::Future;

use futures_util::{FutureExt, future::BoxFuture};

use super::{Context, Diagnostics, Field, Value, model::row, schema::Schema};

/// One type of data source.
pub trait DataSource<C>: Send + Sync + 'static {
    /// Its attributes and blocks as a row.
    type Model: Field + Send + Sync;

    /// The name it has in configurations.
    const TYPE_NAME: &'static str;

    /// What may be configured, and what is found.
    fn schema() -> Schema;

    /// Checks a configuration beyond what the schema says. Values may be unknown, and there is
    /// neither network nor client.
    fn validate(_config: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }

    /// Finds what the configuration asks for. All of it is known, and defaults stand where it
    /// leaves something out; in the answer all must be known, and what was configured unchanged.
    fn read(
        &self,
        cx: &Context<C>,
        config: Self::Model,
    ) -> impl Future<Output = Result<Self::Model, Diagnostics>> + Send;
}

/// A [`DataSource`] in values instead of rows.
pub trait AnyDataSource<C>: Send + Sync + 'static {
    /// See [`DataSource::validate`].
    fn validate(&self, config: Value) -> Diagnostics;
    /// See [`DataSource::read`].
    fn read<'a>(
        &'a self,
        cx: &'a Context<C>,
        config: Value,
    ) -> BoxFuture<'a, Result<Value, Diagnostics>>;
}

impl<C, D> AnyDataSource<C> for D
where
    C: Send + Sync + 'static,
    D: DataSource<C>,
{
    fn validate(&self, config: Value) -> Diagnostics {
        match row(config) {
            Ok(config) => D::validate(&config),
            Err(diagnostics) => diagnostics,
        }
    }

    fn read<'a>(
        &'a self,
        cx: &'a Context<C>,
        config: Value,
    ) -> BoxFuture<'a, Result<Value, Diagnostics>> {
        async move {
            let found = DataSource::read(self, cx, row(config)?).await?;
            Ok(found.into_value())
        }
        .boxed()
    }
}
