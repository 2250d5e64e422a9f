//! Unified authentication: which workspace, and who asks. Start at [`authenticator`].

use std::sync::Arc;

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderName};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use super::super::authenticator::{Authenticator, Workspace};
use super::super::error::{Error, ErrorKind};
use super::super::settings::Connection;

/// What is configured of a workspace and of who asks.
#[derive(Clone, Debug, Default)]
pub struct AuthConfig {
    /// The workspace's address.
    pub host: Option<String>,
    /// A personal access token.
    pub token: Option<SecretString>,
}

/// The way to authenticate that the configuration asks for.
pub(in crate::registry) fn authenticator(
    config: AuthConfig,
    _connection: &Connection,
) -> Result<Arc<dyn Authenticator>, Error> {
    let refuse = |why: &str| Error::new(ErrorKind::Settings).with_message(why);
    let host = config.host.ok_or_else(|| refuse("no host is configured"))?;
    let token = config
        .token
        .ok_or_else(|| refuse("no token is configured"))?;
    let host = host.trim_end_matches('/').to_owned();
    Ok(Arc::new(Pat { host, token }))
}

/// A personal access token.
#[derive(Debug)]
struct Pat {
    host: String,
    token: SecretString,
}

#[async_trait]
impl Authenticator for Pat {
    fn name(&self) -> &str {
        &self.host
    }

    async fn workspace(&self, _: &CancellationToken) -> Result<Workspace, Error> {
        Ok(Workspace {
            host: self.host.clone(),
            workspace_id: None,
        })
    }

    async fn headers(
        &self,
        _: &CancellationToken,
    ) -> Result<Vec<(HeaderName, SecretString)>, Error> {
        let bearer = format!("Bearer {}", self.token.expose_secret());
        Ok(vec![(AUTHORIZATION, bearer.into())])
    }
}
