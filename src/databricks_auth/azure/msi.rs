//! `azure-msi`: the managed identity of the machine.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::require_azure;
use crate::{
    api::error::Error,
    databricks_auth::{
        context::{Context, Refusal},
        identity::Identity,
        token::{Source, Token},
        web::Call,
    },
};

pub(in super::super) async fn identity(
    context: &Arc<Context>,
    stop: &CancellationToken,
) -> Result<Identity, Refusal> {
    if context.config().azure_use_msi != Some(true) {
        return Err(Refusal::NotConfigured("azure_use_msi must be true"));
    }
    require_azure(context, stop).await?;
    let source = |resource: &str| Machine {
        resource: resource.to_owned(),
        context: Arc::clone(context),
    };
    super::identity(context, source, stop).await
}

#[derive(Debug)]
struct Machine {
    resource: String,
    context: Arc<Context>,
}

#[async_trait]
impl Source for Machine {
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let root = &self.context.endpoints.azure_instance_metadata;
        let mut call = Call::get(&format!("{root}/metadata/identity/oauth2/token"))?
            .open()
            .within(Duration::from_secs(10))
            .header("metadata", "true")
            .query("api-version", "2018-02-01")
            .query("resource", &self.resource);
        if let Some(id) = &self.context.config().azure_client_id {
            call = call.query("client_id", id);
        }
        Token::of_azure(&self.context.web.json(call, stop).await?)
    }
}
