//! An Azure service principal: by its secret (`azure-client-secret`), or by an id token of GitHub
//! Actions (`github-oidc-azure`).

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::{application, cloud, require_azure};
use crate::{
    api::error::Error,
    databricks_auth::{
        context::{Context, Refusal},
        id_token::{GitHub, IdTokens},
        identity::Identity,
        token::{Cache, Source, Token},
        web::{Call, Field},
    },
};

pub(in super::super) async fn client_secret(
    context: &Arc<Context>,
    stop: &CancellationToken,
) -> Result<Identity, Refusal> {
    let config = context.config();
    let (Some(id), Some(secret), Some(tenant)) = (
        &config.azure_client_id,
        &config.azure_client_secret,
        &config.azure_tenant_id,
    ) else {
        return Err(Refusal::NotConfigured(
            "azure_client_id, azure_client_secret and azure_tenant_id are required",
        ));
    };
    require_azure(context, stop).await?;
    let url = token_url(context, tenant)?;
    let source = |resource: &str| Principal {
        url: url.clone(),
        id: id.clone(),
        secret: secret.clone(),
        resource: resource.to_owned(),
        context: Arc::clone(context),
    };
    super::identity(context, source, stop).await
}

pub(in super::super) async fn github(
    context: &Arc<Context>,
    stop: &CancellationToken,
) -> Result<Identity, Refusal> {
    let config = context.config();
    let (Some(id), Some(tenant)) = (&config.azure_client_id, &config.azure_tenant_id) else {
        return Err(Refusal::NotConfigured(
            "azure_client_id and azure_tenant_id are required",
        ));
    };
    context.host()?;
    let id_tokens = GitHub::of(context)?;
    require_azure(context, stop).await?;
    let workflow = Workflow {
        url: token_url(context, tenant)?,
        id: id.clone(),
        resource: application(context),
        id_tokens,
        context: Arc::clone(context),
    };
    Ok(Identity::bearer(Cache::new(workflow, &context.clock)))
}

fn token_url(context: &Context, tenant: &str) -> Result<String, Error> {
    let directory = cloud(context)?.active_directory.trim_end_matches('/');
    Ok(format!("{directory}/{tenant}/oauth2/token"))
}

#[derive(Debug)]
struct Principal {
    url: String,
    id: String,
    secret: SecretString,
    resource: String,
    context: Arc<Context>,
}

#[async_trait]
impl Source for Principal {
    /// The secret goes in the body, as Azure documents it; it takes it as a header, too.
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let call = Call::post(&self.url)?.form(&[
            ("grant_type", Field::Plain("client_credentials")),
            ("client_id", Field::Plain(&self.id)),
            ("client_secret", Field::Secret(&self.secret)),
            ("resource", Field::Plain(&self.resource)),
        ]);
        let answer = self.context.web.json(call, stop).await?;
        Token::of_oauth(&answer, self.context.now())
    }
}

#[derive(Debug)]
struct Workflow {
    url: String,
    id: String,
    resource: &'static str,
    id_tokens: GitHub,
    context: Arc<Context>,
}

#[async_trait]
impl Source for Workflow {
    /// With a new id token each time: one lives for some minutes only.
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let audience = "api://AzureADTokenExchange";
        let assertion = self.id_tokens.id_token(audience, stop).await?;
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let call = Call::post(&self.url)?
            .within(Duration::from_secs(10))
            .form(&[
                ("grant_type", Field::Plain("client_credentials")),
                ("resource", Field::Plain(self.resource)),
                ("client_id", Field::Plain(&self.id)),
                ("client_assertion_type", Field::Plain(kind)),
                ("client_assertion", Field::Secret(&assertion)),
            ]);
        Token::of_azure(&self.context.web.json(call, stop).await?)
    }
}
