//! What differs between the kinds of server for every call, whatever it is about.

pub(in crate::api) mod databricks;
pub(in crate::api) mod mlflow;

use std::fmt;

use async_trait::async_trait;

use crate::api::{
    area::Area,
    budget::Op,
    error::Error,
    http::{Response, Transport},
    kind::ServerKind,
    version::Version,
};

/// One kind of server. It knows no object: what can be asked of it is a
/// [`Call`](crate::api::Call), sent and classified by [`Server`](crate::api::Server).
#[async_trait]
pub(in crate::api) trait Host: fmt::Debug + Send + Sync {
    fn kind(&self) -> ServerKind;

    /// Where it is, without userinfo; where that is yet to be found, what it is known by.
    fn address(&self) -> &str;

    /// The attempts after the first that the settings allow.
    fn max_retries(&self) -> u32;

    /// The way to it. Where that leads may have to be found first.
    async fn transport(&self, op: &Op<'_>) -> Result<&Transport, Error>;

    /// An answer that is not a success, classified.
    fn refusal(&self, answer: &Response) -> Error;

    /// Whether a write may have been carried out although it was refused like this.
    fn is_unclear(&self, answer: &Response, refusal: &Error) -> bool;

    /// The failure with its cause, where asking the server tells more than its answer.
    async fn diagnose(&self, error: Error, area: &'static Area, op: &Op<'_>) -> Error;

    /// The version of MLflow, where the server tells one.
    async fn version(&self, op: &mut Op<'_>) -> Result<Version, Error>;
}
