//! A workspace of Databricks, with its own model registry.

mod refusal;

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use crate::api::{
    address::Address,
    area::Area,
    authenticator::{Authenticator, Workspace},
    budget::Op,
    error::{Error, ErrorKind},
    http::{Response, Transport},
    kind::ServerKind,
    servers::Host,
    settings::Connection,
    version::Version,
};

/// One workspace.
#[derive(Debug)]
pub(in crate::api) struct Databricks {
    authenticator: Arc<dyn Authenticator>,
    connection: Connection,
    /// Made by the first call: the workspace's address may have to be found first.
    transport: OnceCell<Transport>,
}

impl Databricks {
    pub(in crate::api) fn new(
        authenticator: Arc<dyn Authenticator>,
        connection: Connection,
    ) -> Self {
        Self {
            authenticator,
            connection,
            transport: OnceCell::new(),
        }
    }

    async fn connect(&self, stop: &CancellationToken) -> Result<Transport, Error> {
        let Workspace { host, workspace_id } = self.authenticator.workspace(stop).await?;
        let (address, _) = Address::parse(&host)?;
        let authenticator = Arc::clone(&self.authenticator);
        let connection = self.connection.clone();
        Transport::databricks(address, workspace_id.as_deref(), authenticator, connection)
    }
}

#[async_trait]
impl Host for Databricks {
    fn kind(&self) -> ServerKind {
        ServerKind::Databricks
    }

    fn address(&self) -> &str {
        let found = self.transport.get().map(Transport::address);
        found.unwrap_or_else(|| self.authenticator.place())
    }

    fn max_retries(&self) -> u32 {
        self.connection.max_retries
    }

    async fn transport(&self, op: &Op<'_>) -> Result<&Transport, Error> {
        let connect = || self.connect(op.stop);
        op.wait_for(self.transport.get_or_try_init(connect)).await?
    }

    /// Whoever is refused must know as whom they asked. A token that the workspace does not take is
    /// not asked for again, as in Databricks' own tools: the next one would be no better.
    fn refusal(&self, answer: &Response) -> Error {
        let error = refusal::error(answer);
        match error.kind() {
            ErrorKind::Unauthenticated | ErrorKind::PermissionDenied => {
                error.with_auth_type(self.authenticator.method())
            }
            _ => error,
        }
    }

    fn is_unclear(&self, answer: &Response, refusal: &Error) -> bool {
        let is_final = matches!(refusal.kind(), ErrorKind::NotFound | ErrorKind::Throttled);
        answer.status >= 500 && !is_final
    }

    async fn diagnose(&self, error: Error, _: &'static Area, _: &Op<'_>) -> Error {
        error
    }

    async fn version(&self, _: &mut Op<'_>) -> Result<Version, Error> {
        Err(Error::new(ErrorKind::Unsupported)
            .with_message("a Databricks workspace does not tell a version of MLflow"))
    }
}

/// Reads a refusal of whatever content.
#[cfg(any(test, fuzzing))]
pub(in crate::api) fn fuzz(answer: &Response) {
    refusal::error(answer);
}
