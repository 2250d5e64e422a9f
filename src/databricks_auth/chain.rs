//! The one method that serves: the named one, or the first that brings headers.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use reqwest::header::HeaderName;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::{
    context::{Context, Refusal},
    identity::Identity,
    method::Method,
    single_flight::Flight,
};
use crate::api::{
    authenticator::{Authenticator, Workspace},
    error::{Error, ErrorKind},
    lock::lock,
};

const DOCUMENTATION: &str =
    "https://docs.databricks.com/en/dev-tools/auth.html#databricks-client-unified-authentication";

pub(super) struct Chain {
    context: Arc<Context>,
    name: String,
    only: Option<Method>,
    chosen: Mutex<Option<Arc<Chosen>>>,
    flight: Flight,
}

#[derive(Debug)]
struct Chosen {
    method: Method,
    identity: Identity,
}

impl Chain {
    /// Without asking the network.
    pub(super) fn new(context: Context) -> Result<Self, Error> {
        let config = context.config();
        let only = config.auth_type.as_deref().map(|name| {
            Method::named(name).ok_or_else(|| {
                let told = Method::shown(name).map_or_else(String::new, |it| it + " ");
                context.settings.refuse(&format!(
                    "default auth: auth type {told}not found, please check {DOCUMENTATION} \
                     for a list of supported auth types"
                ))
            })
        });
        let place = config
            .host
            .as_ref()
            .or(config.azure_workspace_resource_id.as_ref());
        let Some(name) = place.cloned() else {
            let why = format!("{}: no host configured", nothing_found());
            return Err(context.settings.refuse(&why));
        };
        Ok(Self {
            only: only.transpose()?,
            context: Arc::new(context),
            name,
            chosen: Mutex::default(),
            flight: Flight::default(),
        })
    }

    async fn chosen(&self, stop: &CancellationToken) -> Result<Arc<Chosen>, Error> {
        if let Some(chosen) = self.known() {
            return Ok(chosen);
        }
        let work = async {
            let chosen = Arc::new(match self.only {
                Some(method) => self.named(method, stop).await?,
                None => self.first(stop).await?,
            });
            debug!(
                method = chosen.method.name(),
                "authentication method chosen"
            );
            *self.slot() = Some(Arc::clone(&chosen));
            Ok(chosen)
        };
        self.flight.join(stop, || self.known(), work).await
    }

    async fn named(&self, method: Method, stop: &CancellationToken) -> Result<Chosen, Error> {
        match method.identity(&self.context, stop).await {
            Ok(identity) => Ok(Chosen { method, identity }),
            Err(Refusal::Failed(error)) => Err(self.blame(method, error)),
            Err(Refusal::NotConfigured(needs)) => {
                let why = format!("{} auth: not configured: {needs}", method.name());
                Err(self.context.settings.refuse(&why))
            }
        }
    }

    /// The first whose headers can be had; that a later one is tried after a failure is what users
    /// of machines with several logins rely on.
    async fn first(&self, stop: &CancellationToken) -> Result<Chosen, Error> {
        let mut failures = Vec::new();
        for method in Method::ALL {
            match self.attempt(method, stop).await {
                Ok(chosen) => return Ok(chosen),
                Err(Refusal::Failed(error)) if error.is_stopped() => return Err(error),
                Err(Refusal::Failed(error)) => failures.push((method, error)),
                Err(Refusal::NotConfigured(needs)) => {
                    debug!(
                        method = method.name(),
                        needs, "authentication method not configured"
                    );
                }
            }
        }
        Err(self.none_serves(&failures))
    }

    async fn attempt(&self, method: Method, stop: &CancellationToken) -> Result<Chosen, Refusal> {
        let identity = method.identity(&self.context, stop).await?;
        identity.headers(stop).await?;
        Ok(Chosen { method, identity })
    }

    /// Nothing configured is a matter of settings; else the first failure says what kind it is.
    fn none_serves(&self, failures: &[(Method, Error)]) -> Error {
        let reasons: Vec<_> = failures
            .iter()
            .map(|(method, error)| format!("{}: {error}", method.name()))
            .collect();
        let text = match reasons.is_empty() {
            true => nothing_found(),
            false => format!("{}. Tried: {}", nothing_found(), reasons.join("; ")),
        };
        let first = failures.first().map(|(_, error)| error);
        let kind = first.map(|error| error.kind().clone());
        let proxy = first.and_then(Error::proxy).map(str::to_owned);
        self.context
            .settings
            .refuse(&text)
            .with_kind(kind.unwrap_or(ErrorKind::Settings))
            .with_proxy(proxy)
    }

    /// The failure in the name of the method, with the list of what is configured.
    fn blame(&self, method: Method, error: Error) -> Error {
        if error.is_stopped() {
            return error;
        }
        let text = format!("{} auth: {error}", method.name());
        let told = self
            .context
            .settings
            .refuse(&text)
            .with_kind(error.kind().clone())
            .with_proxy(error.proxy().map(str::to_owned));
        told.with_source(error)
    }

    fn known(&self) -> Option<Arc<Chosen>> {
        self.slot().clone()
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Arc<Chosen>>> {
        lock(&self.chosen)
    }

    /// An id that contradicts the host would send webhooks to another workspace.
    async fn workspace_id(&self, stop: &CancellationToken) -> Result<Option<String>, Error> {
        let metadata = self.context.metadata(stop).await;
        let (asked, real) = (&self.context.config().workspace_id, &metadata.workspace_id);
        if let (Some(asked), Some(real)) = (asked, real)
            && self.context.is_workspace(metadata)
            && asked.parse::<i64>().is_ok()
            && asked != real
        {
            let why = format!(
                "validate: workspace_id {asked} is configured, but the host is that of \
                 workspace {real}"
            );
            return Err(self.context.settings.refuse(&why));
        }
        Ok(asked.clone().or_else(|| real.clone()))
    }
}

#[async_trait]
impl Authenticator for Chain {
    fn place(&self) -> &str {
        &self.name
    }

    fn method(&self) -> Option<&'static str> {
        self.known().map(|chosen| chosen.method.name())
    }

    async fn workspace(&self, stop: &CancellationToken) -> Result<Workspace, Error> {
        let workspace_id = self.workspace_id(stop).await?;
        if let Some(host) = self.context.config().host.clone() {
            return Ok(Workspace { host, workspace_id });
        }
        let chosen = self.chosen(stop).await?;
        let host = chosen.identity.host.clone();
        let host = host.ok_or_else(|| self.context.settings.refuse("no host configured"))?;
        Ok(Workspace { host, workspace_id })
    }

    async fn headers(
        &self,
        stop: &CancellationToken,
    ) -> Result<Vec<(HeaderName, SecretString)>, Error> {
        let chosen = self.chosen(stop).await?;
        let headers = chosen.identity.headers(stop).await;
        headers.map_err(|error| self.blame(chosen.method, error))
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Chain").field(&self.name).finish()
    }
}

fn nothing_found() -> String {
    format!(
        "default auth: cannot configure default credentials, please check {DOCUMENTATION} to \
         configure credentials for your preferred authentication method"
    )
}
