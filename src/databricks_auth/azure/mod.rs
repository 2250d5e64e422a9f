//! Microsoft Entra ID (Azure Active Directory) for workspaces on Azure: what its methods share.

mod cli;
mod msi;
mod principal;

use std::{sync::Arc, time::Duration};

use reqwest::header::HeaderName;
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use super::{
    context::{Cloud, Context, Refusal},
    endpoints::AzureCloud,
    identity::Identity,
    token::{Cache, Source, incomplete, text},
    web::Call,
};
use crate::api::error::{Error, ErrorKind};

pub(super) use cli::identity as cli;
pub(super) use msi::identity as msi;
pub(super) use principal::{client_secret, github};

const MANAGEMENT_TOKEN: HeaderName =
    HeaderName::from_static("x-databricks-azure-sp-management-token");
const RESOURCE_ID: HeaderName = HeaderName::from_static("x-databricks-azure-workspace-resource-id");

/// Databricks in Azure's directory, by the zone of the workspace's host.
const APPLICATION: &str = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";
const STAGING_APPLICATION: &str = "4a67d088-db5c-48f1-9ff2-0aace800ae68";
const DEV_APPLICATION: &str = "62a912ac-b58e-4c1d-89ea-b2dbfc7358fc";

/// Azure's services refuse tokens shortly before their end.
const MARGIN: Duration = Duration::from_secs(40);

async fn require_azure(context: &Context, stop: &CancellationToken) -> Result<(), Refusal> {
    match context.cloud(stop).await {
        Cloud::Azure => Ok(()),
        _ => Err(Refusal::NotConfigured("the workspace must be on Azure")),
    }
}

/// The application that tokens for the workspace are for.
fn application(context: &Context) -> &'static str {
    let host = context.config().host.as_deref().unwrap_or_default();
    if host.ends_with(".dev.azuredatabricks.net") {
        DEV_APPLICATION
    } else if host.ends_with(".staging.azuredatabricks.net") {
        STAGING_APPLICATION
    } else {
        APPLICATION
    }
}

/// The host tells, else `azure_environment`.
fn cloud(context: &Context) -> Result<&AzureCloud, Error> {
    let endpoints = &context.endpoints;
    let host = context.config().host.as_deref().unwrap_or_default();
    let said = context.config().azure_environment.as_deref();
    if host.ends_with(".databricks.azure.us") {
        return Ok(&endpoints.azure_us_government);
    }
    if host.ends_with(".databricks.azure.cn") {
        return Ok(&endpoints.azure_china);
    }
    if host.ends_with(".azuredatabricks.net") {
        return Ok(&endpoints.azure_public);
    }
    match said.unwrap_or("PUBLIC").to_ascii_uppercase().as_str() {
        "PUBLIC" => Ok(&endpoints.azure_public),
        "USGOVERNMENT" => Ok(&endpoints.azure_us_government),
        "CHINA" => Ok(&endpoints.azure_china),
        _ => Err(Error::new(ErrorKind::Settings)
            .with_message("azure_environment must be PUBLIC, USGOVERNMENT or CHINA")),
    }
}

/// A token for the workspace and one for Azure's management, each in its header; the workspace is
/// found by its resource id where its host is not known. `source` makes tokens for a resource.
async fn identity<S: Source + 'static>(
    context: &Arc<Context>,
    source: impl Fn(&str) -> S,
    stop: &CancellationToken,
) -> Result<Identity, Refusal> {
    let cloud = cloud(context)?;
    let cache = |resource: &str| Cache::new(source(resource), &context.clock).with_margin(MARGIN);
    let mut identity = Identity::bearer(cache(application(context)))
        .with_second(MANAGEMENT_TOKEN, cache(&cloud.service_management));
    if let Some(id) = &context.config().azure_workspace_resource_id {
        identity = identity.with(RESOURCE_ID, id.clone().into());
        if context.config().host.is_none() {
            let arm = source(&cloud.resource_manager);
            identity.host = Some(workspace_url(context, cloud, id, &arm, stop).await?);
        }
    }
    Ok(identity)
}

async fn workspace_url(
    context: &Context,
    cloud: &AzureCloud,
    resource_id: &str,
    source: &impl Source,
    stop: &CancellationToken,
) -> Result<String, Error> {
    let token = source.token(stop).await?;
    let root = cloud.resource_manager.trim_end_matches('/');
    let id = resource_id.trim_start_matches('/');
    let call = Call::get(&format!("{root}/{id}"))?
        .query("api-version", "2018-04-01")
        .bearer(&token.value);
    let answer = context.web.json(call, stop).await?;
    let properties = answer
        .get("properties")
        .ok_or_else(|| incomplete("resolve host: the answer holds no workspaceUrl"))?;
    let name = text(properties, "workspaceUrl")?;
    super::host::normalise(name.expose_secret())
        .map(|location| location.host)
        .map_err(|why| incomplete(&why))
}
