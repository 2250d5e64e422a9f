//! MLflow's own server.

mod diagnosis;
mod refusal;

use async_trait::async_trait;

use crate::api::{
    area::Area,
    budget::Op,
    error::{Error, ErrorKind},
    http::{Response, Transport},
    kind::ServerKind,
    servers::Host,
    version::Version,
};

/// One MLflow server.
#[derive(Debug)]
pub(in crate::api) struct Mlflow {
    transport: Transport,
}

impl Mlflow {
    pub(in crate::api) fn new(transport: Transport) -> Self {
        Self { transport }
    }
}

#[async_trait]
impl Host for Mlflow {
    fn kind(&self) -> ServerKind {
        ServerKind::Mlflow
    }

    fn address(&self) -> &str {
        self.transport.address()
    }

    fn max_retries(&self) -> u32 {
        self.transport.max_retries()
    }

    async fn transport(&self, _: &Op<'_>) -> Result<&Transport, Error> {
        Ok(&self.transport)
    }

    fn refusal(&self, answer: &Response) -> Error {
        refusal::error(answer)
    }

    /// Some refusals with a status of 500 are final: the code says that nothing was done.
    fn is_unclear(&self, answer: &Response, refusal: &Error) -> bool {
        let is_final = *refusal.kind() == ErrorKind::WorkspacesDisabled
            || matches!(refusal.code(), Some("INVALID_STATE" | "NOT_IMPLEMENTED"));
        answer.status >= 500 && !is_final
    }

    async fn diagnose(&self, error: Error, area: &'static Area, op: &Op<'_>) -> Error {
        diagnosis::refine(&self.transport, error, area, op).await
    }

    async fn version(&self, op: &mut Op<'_>) -> Result<Version, Error> {
        diagnosis::version(&self.transport, op).await
    }
}

/// Reads a refusal of whatever content.
#[cfg(any(test, fuzzing))]
pub(in crate::api) fn fuzz(answer: &Response) {
    refusal::error(answer);
    let _ = diagnosis::store_type(answer);
}
