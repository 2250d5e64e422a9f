//! Who a request comes from, where that is more than fixed credentials: asked before each attempt,
//! so that a token that ran out is replaced. The ways to do it are a room of their own, `databricks_auth`.

use std::fmt;

use async_trait::async_trait;
use reqwest::header::HeaderName;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::error::Error;

/// One way to authenticate. Its `Debug` shows no secret.
#[async_trait]
pub trait Authenticator: fmt::Debug + Send + Sync {
    /// What identifies the workspace before anything is sent: its normalised address, or another
    /// name where the address is yet to be found.
    fn place(&self) -> &str;

    /// The name of the method that serves, once it is known.
    fn method(&self) -> Option<&'static str>;

    /// Where the workspace is. May ask the network; the answer is kept by the caller.
    async fn workspace(&self, stop: &CancellationToken) -> Result<Workspace, Error>;

    /// The headers for one attempt of a request. Keeps tokens, and tries again itself.
    async fn headers(
        &self,
        stop: &CancellationToken,
    ) -> Result<Vec<(HeaderName, SecretString)>, Error>;
}

/// Where a workspace is.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// `https://host[:port]`, nothing behind it; plain http for loopback only.
    pub host: String,
    /// The workspace's own id, where it is known.
    pub workspace_id: Option<String>,
}
