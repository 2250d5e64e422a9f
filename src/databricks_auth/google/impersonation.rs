//! Tokens of a service account for someone who may act as it (IAM Service Account Credentials API).

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio_util::sync::CancellationToken;

use super::{SCOPES, key::of_jwt};
use crate::{
    api::error::Error,
    databricks_auth::{
        context::Context,
        token::{Cache, Source, Token, incomplete, moment, text},
        web::Call,
    },
};

/// One method of the API for one account.
#[derive(Debug)]
struct Method {
    url: String,
    base: Arc<Cache>,
    context: Arc<Context>,
}

impl Method {
    fn new(account: &str, name: &str, base: &Arc<Cache>, context: &Arc<Context>) -> Self {
        let root = &context.endpoints.google_iam;
        Self {
            url: format!("{root}/v1/projects/-/serviceAccounts/{account}:{name}"),
            base: Arc::clone(base),
            context: Arc::clone(context),
        }
    }

    async fn call(&self, body: &Value, stop: &CancellationToken) -> Result<Value, Error> {
        let token = self.base.token(stop).await?;
        let call = Call::post(&self.url)?.bearer(&token).json(body);
        self.context.web.json(call, stop).await
    }
}

/// Id tokens of the account.
#[derive(Debug)]
pub(super) struct IdTokens {
    method: Method,
    audience: String,
}

impl IdTokens {
    pub(super) fn new(
        account: &str,
        audience: String,
        base: &Arc<Cache>,
        context: &Arc<Context>,
    ) -> Self {
        Self {
            method: Method::new(account, "generateIdToken", base, context),
            audience,
        }
    }
}

#[async_trait]
impl Source for IdTokens {
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let body = json!({"audience": self.audience, "includeEmail": true});
        let answer = self.method.call(&body, stop).await?;
        Ok(of_jwt(text(&answer, "token")?, self.method.context.now()))
    }
}

/// Access tokens of the account.
#[derive(Debug)]
pub(super) struct AccessTokens(Method);

impl AccessTokens {
    pub(super) fn new(account: &str, base: &Arc<Cache>, context: &Arc<Context>) -> Self {
        Self(Method::new(account, "generateAccessToken", base, context))
    }
}

#[async_trait]
impl Source for AccessTokens {
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let body = json!({"scope": SCOPES, "lifetime": "3600s"});
        let answer = self.0.call(&body, stop).await?;
        let expiry = text(&answer, "expireTime")?;
        let expiry = OffsetDateTime::parse(expiry.expose_secret(), &Rfc3339)
            .map_err(|_| incomplete("the token's expiry cannot be read"))?;
        Ok(Token {
            value: text(&answer, "accessToken")?,
            expiry: moment(expiry),
        })
    }
}
