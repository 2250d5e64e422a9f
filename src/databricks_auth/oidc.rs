//! Workload identity federation: an id token of the place where this runs is exchanged for one of
//! Databricks. `github-oidc`, `azure-devops-oidc`, `env-oidc`, `file-oidc`.

use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{
    context::{Context, Refusal},
    id_token::{AzureDevOps, File, GitHub, IdTokens, Variable},
    identity::Identity,
    token::{Cache, Source, Token},
    web::{Call, Field},
};
use crate::api::error::Error;

pub(super) fn github(context: &Arc<Context>) -> Result<Identity, Refusal> {
    exchange(context, GitHub::of(context)?)
}

pub(super) fn azure_devops(context: &Arc<Context>) -> Result<Identity, Refusal> {
    exchange(context, AzureDevOps::of(context)?)
}

pub(super) fn variable(context: &Arc<Context>) -> Result<Identity, Refusal> {
    exchange(context, Variable::of(context)?)
}

pub(super) fn file(context: &Arc<Context>) -> Result<Identity, Refusal> {
    exchange(context, File::of(context)?)
}

fn exchange(
    context: &Arc<Context>,
    id_tokens: impl IdTokens + 'static,
) -> Result<Identity, Refusal> {
    context.host()?;
    let exchange = Exchange {
        id_tokens: Box::new(id_tokens),
        context: Arc::clone(context),
    };
    Ok(Identity::bearer(Cache::new(exchange, &context.clock)))
}

#[derive(Debug)]
struct Exchange {
    id_tokens: Box<dyn IdTokens>,
    context: Arc<Context>,
}

#[async_trait]
impl Source for Exchange {
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let endpoint = self.context.token_endpoint(stop).await?;
        let audience = self.context.audience(stop).await?;
        let id_token = self.id_tokens.id_token(&audience, stop).await?;
        let scope = self.context.scope();
        let mut fields = vec![
            (
                "grant_type",
                Field::Plain("urn:ietf:params:oauth:grant-type:token-exchange"),
            ),
            (
                "subject_token_type",
                Field::Plain("urn:ietf:params:oauth:token-type:jwt"),
            ),
            ("subject_token", Field::Secret(&id_token)),
            ("scope", Field::Plain(&scope)),
        ];
        // Without one the federation policy of the whole account decides.
        if let Some(client_id) = &self.context.config().client_id {
            fields.push(("client_id", Field::Plain(client_id)));
        }
        let call = Call::post(endpoint)?.form(&fields);
        let answer = self.context.web.json(call, stop).await?;
        Token::of_oauth(&answer, self.context.now())
    }
}
