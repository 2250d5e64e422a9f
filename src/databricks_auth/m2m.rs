//! `oauth-m2m`: a Databricks service principal with an OAuth secret.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::{
    context::{Context, Refusal},
    identity::Identity,
    token::{Cache, Source, Token},
    web::{Call, Field},
};
use crate::api::error::Error;

pub(super) fn identity(context: &Arc<Context>) -> Result<Identity, Refusal> {
    let config = context.config();
    let (Some(id), Some(secret)) = (&config.client_id, &config.client_secret) else {
        return Err(Refusal::NotConfigured(
            "client_id and client_secret are required",
        ));
    };
    context.host()?;
    let principal = Principal {
        id: id.clone(),
        secret: secret.clone(),
        context: Arc::clone(context),
    };
    Ok(Identity::bearer(Cache::new(principal, &context.clock)))
}

#[derive(Debug)]
struct Principal {
    id: String,
    secret: SecretString,
    context: Arc<Context>,
}

#[async_trait]
impl Source for Principal {
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let scope = self.context.scope();
        let endpoint = self.context.token_endpoint(stop).await?;
        let call = Call::post(endpoint)?.basic(&self.id, &self.secret).form(&[
            ("grant_type", Field::Plain("client_credentials")),
            ("scope", Field::Plain(&scope)),
        ]);
        let answer = self.context.web.json(call, stop).await?;
        Token::of_oauth(&answer, self.context.now())
    }
}
