//! What the methods work with: the settings, the way to the network, and what the workspace's host
//! says of itself.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::{
    attributes::AuthConfig,
    endpoints::Endpoints,
    resolve::Resolved,
    token::{Clock, text},
    web::{Call, Web},
};
use crate::api::error::{Error, ErrorKind};

pub(super) struct Context {
    pub(super) settings: Resolved,
    pub(super) web: Web,
    pub(super) endpoints: Endpoints,
    pub(super) clock: Clock,
    metadata: OnceCell<Metadata>,
    token_endpoint: OnceCell<String>,
}

/// Why a method does not serve.
#[derive(Debug)]
pub(super) enum Refusal {
    /// What it would need.
    NotConfigured(&'static str),
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What a host says of itself.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub(super) workspace_id: Option<String>,
    pub(super) account_id: Option<String>,
    pub(super) host_type: Option<String>,
    cloud: Option<String>,
    audience: Option<String>,
    oidc_endpoint: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cloud {
    Aws,
    Azure,
    Google,
}

const WELL_KNOWN: &str = ".well-known/oauth-authorization-server";

impl Context {
    pub(super) fn new(settings: Resolved, web: Web, endpoints: Endpoints, clock: Clock) -> Self {
        Self {
            web: web.hiding(settings.doubtful()),
            settings,
            endpoints,
            clock,
            metadata: OnceCell::new(),
            token_endpoint: OnceCell::new(),
        }
    }

    pub(super) fn config(&self) -> &AuthConfig {
        &self.settings.config
    }

    pub(super) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    pub(super) fn host(&self) -> Result<&str, Refusal> {
        let host = self.config().host.as_deref();
        host.ok_or(Refusal::NotConfigured("host is required"))
    }

    /// The OAuth scopes to ask for, as a form says them.
    pub(super) fn scope(&self) -> String {
        let scopes = self.config().scopes.as_ref();
        scopes.map_or_else(|| "all-apis".to_owned(), |scopes| scopes.join(" "))
    }

    /// What the host says of itself; nothing, where it does not answer. Asked once.
    pub(super) async fn metadata(&self, stop: &CancellationToken) -> &Metadata {
        self.metadata
            .get_or_init(|| async {
                let found = self.fetch_metadata(stop).await;
                found.unwrap_or_else(|error| {
                    debug!(kind = ?error.kind(), "the host says nothing of itself");
                    Metadata::default()
                })
            })
            .await
    }

    pub(super) async fn cloud(&self, stop: &CancellationToken) -> Cloud {
        if self.config().azure_workspace_resource_id.is_some() {
            return Cloud::Azure;
        }
        let said = match &self.config().cloud {
            Some(cloud) => Some(cloud),
            None => self.metadata(stop).await.cloud.as_ref(),
        };
        match said.map(|cloud| cloud.to_ascii_uppercase()).as_deref() {
            Some("AZURE") => Cloud::Azure,
            Some("GCP") => Cloud::Google,
            Some(_) => Cloud::Aws,
            None => cloud_of(self.config().host.as_deref().unwrap_or_default()),
        }
    }

    /// Where tokens of Databricks' own are to be had.
    pub(super) async fn token_endpoint(&self, stop: &CancellationToken) -> Result<&str, Error> {
        let found = self
            .token_endpoint
            .get_or_try_init(|| self.discover(stop))
            .await?;
        Ok(found)
    }

    /// Whom an id token is for.
    pub(super) async fn audience(&self, stop: &CancellationToken) -> Result<String, Error> {
        let metadata = self.metadata(stop).await;
        let said = self
            .config()
            .audience
            .as_ref()
            .or(metadata.audience.as_ref());
        let account = self
            .account_id(metadata)
            .filter(|_| !self.is_workspace(metadata));
        match said.or(account) {
            Some(audience) => Ok(audience.clone()),
            None => Ok(self.token_endpoint(stop).await?.to_owned()),
        }
    }

    /// Whether the host is that of one workspace.
    pub(super) fn is_workspace(&self, metadata: &Metadata) -> bool {
        let host = self.config().host.as_deref().unwrap_or_default();
        let account = ["https://accounts.", "https://accounts-dod."];
        metadata.host_type.as_deref().map_or_else(
            || !account.iter().any(|prefix| host.starts_with(prefix)),
            |host_type| host_type == "workspace",
        )
    }

    pub(super) fn account_id<'a>(&'a self, metadata: &'a Metadata) -> Option<&'a String> {
        self.config()
            .account_id
            .as_ref()
            .or(metadata.account_id.as_ref())
    }

    async fn fetch_metadata(&self, stop: &CancellationToken) -> Result<Metadata, Error> {
        let Some(host) = &self.config().host else {
            return Ok(Metadata::default());
        };
        let call = Call::get(&format!("{host}/.well-known/databricks-config"))?
            .within(Duration::from_secs(10))
            .retries(2);
        Ok(Metadata::read(&self.web.json(call, stop).await?))
    }

    async fn discover(&self, stop: &CancellationToken) -> Result<String, Error> {
        let metadata = self.metadata(stop).await;
        let host = self.config().host.as_deref().unwrap_or_default();
        let said = self.config().discovery_url.clone();
        let url = match said.or_else(|| self.discovery_url(metadata)) {
            Some(url) => url,
            None if self.is_workspace(metadata) => format!("{host}/oidc/{WELL_KNOWN}"),
            None => {
                let account = self.account_id(metadata).map_or("", String::as_str);
                return Ok(format!("{host}/oidc/accounts/{account}/v1/token"));
            }
        };
        let found = self.web.json(Call::get(&url)?, stop).await;
        let answer = found.map_err(|error| match error.status() {
            Some(404) => Error::new(ErrorKind::Settings)
                .with_message("oidc: databricks OAuth is not supported for this host"),
            _ => error,
        })?;
        Ok(text(&answer, "token_endpoint")?.expose_secret().to_owned())
    }

    fn discovery_url(&self, metadata: &Metadata) -> Option<String> {
        let mut root = metadata.oidc_endpoint.clone()?;
        if root.contains("{account_id}") {
            let Some(account) = self.account_id(metadata) else {
                warn!("the host's OAuth server needs an account_id, which is not configured");
                return None;
            };
            root = root.replace("{account_id}", account);
        }
        Some(format!("{}/{WELL_KNOWN}", root.trim_end_matches('/')))
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Context").field(&self.config().host).finish()
    }
}

impl Metadata {
    fn read(answer: &Value) -> Self {
        let text = |value: Option<&Value>| {
            let text = value?.as_str().filter(|text| !text.is_empty())?;
            Some(text.to_owned())
        };
        Self {
            workspace_id: text(answer.get("workspace_id")),
            account_id: text(answer.get("account_id")),
            host_type: text(answer.get("host_type")).map(|it| it.to_ascii_lowercase()),
            cloud: text(answer.get("cloud")),
            audience: text(answer.pointer("/token_federation_default_oidc_audiences/0")),
            oidc_endpoint: text(answer.get("oidc_endpoint")),
        }
    }
}

fn cloud_of(host: &str) -> Cloud {
    let name = host.rsplit_once("://").map_or(host, |(_, rest)| rest);
    let name = name
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let ends = |zones: &[&str]| zones.iter().any(|zone| name.ends_with(zone));
    if ends(&[
        ".azuredatabricks.net",
        ".databricks.azure.us",
        ".databricks.azure.cn",
    ]) {
        Cloud::Azure
    } else if ends(&[".gcp.databricks.com"]) {
        Cloud::Google
    } else {
        Cloud::Aws
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{api::settings::Connection, databricks_auth::web};

    fn context(host: &str) -> Context {
        let settings = Resolved::of(AuthConfig {
            host: Some(host.to_owned()),
            ..AuthConfig::default()
        });
        Context::new(
            settings.unwrap(),
            Web::new(&Connection::default(), web::pace()),
            Endpoints::default(),
            Arc::new(SystemTime::now),
        )
    }

    #[test]
    fn the_cloud_is_in_the_hosts_name() {
        for (host, cloud) in [
            ("https://adb-1.2.azuredatabricks.net", Cloud::Azure),
            ("https://ADB-1.2.AzureDatabricks.net:443", Cloud::Azure),
            ("https://adb-1.2.databricks.azure.us", Cloud::Azure),
            ("https://adb-1.2.databricks.azure.cn", Cloud::Azure),
            ("https://1.2.gcp.databricks.com", Cloud::Google),
            ("https://dbc-1-2.cloud.databricks.com", Cloud::Aws),
            ("https://azuredatabricks.net.example.com", Cloud::Aws),
            ("http://127.0.0.1:8080", Cloud::Aws),
        ] {
            assert_eq!(cloud_of(host), cloud, "{host}");
        }
    }

    #[test]
    fn an_account_is_known_by_its_name_unless_it_says_itself_what_it_is() {
        let says = |host_type: &str| Metadata {
            host_type: Some(host_type.to_owned()),
            ..Metadata::default()
        };
        for (host, metadata, is_workspace) in [
            ("https://dbc.example.com", Metadata::default(), true),
            ("https://accounts.example.com", Metadata::default(), false),
            (
                "https://accounts-dod.example.com",
                Metadata::default(),
                false,
            ),
            ("https://myaccounts.example.com", Metadata::default(), true),
            ("https://accounts.example.com", says("workspace"), true),
            ("https://dbc.example.com", says("account"), false),
            ("https://dbc.example.com", says("unified"), false),
        ] {
            let found = context(host).is_workspace(&metadata);
            assert_eq!(found, is_workspace, "{host} {metadata:?}");
        }
    }
}
