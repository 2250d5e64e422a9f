//! `metadata-service`: a parent process on this machine, such as an editor, hands out tokens.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    context::{Context, Refusal},
    identity::Identity,
    token::{Cache, Source, Token},
    web::Call,
};
use crate::api::{
    address::is_loopback,
    error::{Error, ErrorKind},
};

pub(super) fn identity(context: &Arc<Context>) -> Result<Identity, Refusal> {
    let Some(url) = &context.config().metadata_service_url else {
        return Err(Refusal::NotConfigured("metadata_service_url is required"));
    };
    let host = context.host()?.to_owned();
    check(url)?;
    let service = Service {
        url: url.clone(),
        host,
        context: Arc::clone(context),
    };
    Ok(Identity::bearer(Cache::new(service, &context.clock)))
}

/// The URL is a secret, so errors leave it out.
pub(super) fn check(url: &SecretString) -> Result<(), Error> {
    let refuse = |why: &str| Err(Error::new(ErrorKind::Settings).with_message(why));
    match Url::parse(url.expose_secret()) {
        Err(_) => refuse("invalid auth server URL"),
        Ok(url) if !is_loopback(&url) => {
            refuse("only localhost URLs are allowed for metadata_service_url")
        }
        Ok(_) => Ok(()),
    }
}

#[derive(Debug)]
struct Service {
    url: SecretString,
    host: String,
    context: Arc<Context>,
}

#[async_trait]
impl Source for Service {
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let call = Call::get(self.url.expose_secret())?
            .without_path()
            .within(Duration::from_secs(10))
            .header("x-databricks-metadata-version", "1")
            .header("x-databricks-host", &self.host);
        Token::of_azure(&self.context.web.json(call, stop).await?)
    }
}
