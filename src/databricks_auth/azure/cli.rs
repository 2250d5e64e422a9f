//! `azure-cli`: the login that the Azure CLI keeps.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::require_azure;
use crate::{
    api::error::Error,
    databricks_auth::{
        command::{self, WITHIN},
        context::{Context, Refusal},
        identity::Identity,
        token::{Source, Token, after, incomplete, seconds, text},
        web::Call,
    },
};

/// The CLI hands out no token with less of its life left.
const AT_LEAST: Duration = Duration::from_secs(5 * 60);

pub(in super::super) async fn identity(
    context: &Arc<Context>,
    stop: &CancellationToken,
) -> Result<Identity, Refusal> {
    require_azure(context, stop).await?;
    let mut programs = context.config().environment.programs("az").into_iter();
    let program = programs.next().ok_or(Refusal::NotConfigured(
        "the Azure CLI (az) is not installed",
    ))?;
    let login = Arc::new(Login {
        program,
        tenant: OnceCell::new(),
        context: Arc::clone(context),
    });
    let source = |resource: &str| For {
        resource: resource.to_owned(),
        login: Arc::clone(&login),
    };
    let identity = super::identity(context, source, stop).await?;
    // A user who may use the workspace but not manage it gets no token for management.
    Ok(identity.second_if_to_be_had(&context.clock))
}

#[derive(Debug)]
struct Login {
    program: PathBuf,
    tenant: OnceCell<Option<String>>,
    context: Arc<Context>,
}

#[derive(Debug)]
struct For {
    resource: String,
    login: Arc<Login>,
}

#[async_trait]
impl Source for For {
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let tenant = self.login.tenant(stop).await?;
        let account = self.login.az(&["account", "show"], stop).await?;
        let user = |name| account.pointer(name).and_then(Value::as_str);
        let is_principal = user("/user/type") == Some("servicePrincipal");
        let is_managed = matches!(
            user("/user/name"),
            Some("systemAssignedIdentity" | "userAssignedIdentity")
        );
        // A managed identity is of one tenant and refuses to hear of it.
        let tenant = tenant.filter(|_| !(is_principal && is_managed));
        let outcome = self.token_of(tenant, stop).await;
        match outcome {
            // One that was logged in by federation refuses as well.
            Err(error) if is_principal && tenant.is_some() && !error.is_stopped() => {
                self.token_of(None, stop).await
            }
            outcome => outcome,
        }
    }
}

impl For {
    async fn token_of(
        &self,
        tenant: Option<&str>,
        stop: &CancellationToken,
    ) -> Result<Token, Error> {
        let mut arguments = vec!["account", "get-access-token", "--resource", &self.resource];
        if let Some(tenant) = tenant {
            arguments.extend(["--tenant", tenant]);
        }
        if let Some(subscription) = self.login.subscription() {
            let with = [&arguments[..], &["--subscription", subscription]].concat();
            match self.login.az(&with, stop).await {
                // The user may see the workspace but not its subscription.
                Err(error) if !error.is_stopped() => {}
                outcome => return self.read(&outcome?),
            }
        }
        self.read(&self.login.az(&arguments, stop).await?)
    }

    /// `expiresOn` is in a time zone that is not told, so without the newer `expires_on` (2.54 and
    /// later) a token counts for as long as every token is good.
    fn read(&self, answer: &Value) -> Result<Token, Error> {
        let expiry = match seconds(answer.get("expires_on")) {
            Some(expiry) => after(SystemTime::UNIX_EPOCH, expiry),
            None => Some(self.login.context.now() + AT_LEAST),
        };
        Ok(Token {
            value: text(answer, "accessToken")?,
            expiry,
        })
    }
}

impl Login {
    async fn az(&self, arguments: &[&str], stop: &CancellationToken) -> Result<Value, Error> {
        let arguments = [arguments, &["--output", "json"]].concat();
        let output = command::output(&self.program, &arguments, WITHIN, stop).await?;
        serde_json::from_slice(&output).map_err(|_| incomplete("cannot unmarshal CLI result"))
    }

    /// Only where the tenant is not known, which would say more.
    fn subscription(&self) -> Option<&str> {
        let config = self.context.config();
        let unknown = self.tenant.get().is_none_or(Option::is_none);
        let id = config
            .azure_workspace_resource_id
            .as_deref()
            .filter(|_| unknown)?;
        id.split('/').nth(2).filter(|part| !part.is_empty())
    }

    /// Configured, else as the workspace says: it sends those who log in to their tenant.
    async fn tenant(&self, stop: &CancellationToken) -> Result<Option<&str>, Error> {
        let config = self.context.config();
        let found = self.tenant.get_or_try_init(|| async {
            match (&config.azure_tenant_id, &config.host) {
                (Some(tenant), _) => Ok(Some(tenant.clone())),
                (None, Some(host)) => self.ask_for_tenant(host, stop).await.map(Some),
                (None, None) => Ok(None),
            }
        });
        Ok(found.await?.as_deref())
    }

    async fn ask_for_tenant(&self, host: &str, stop: &CancellationToken) -> Result<String, Error> {
        let call = Call::get(&format!("{host}/aad/auth"))?;
        let answer = self.context.web.send(&call, stop).await?;
        let location = answer
            .location
            .as_deref()
            .and_then(|it| Url::parse(it).ok());
        location
            .as_ref()
            .and_then(|location| location.path_segments()?.next())
            .filter(|tenant| !tenant.is_empty())
            .map(str::to_owned)
            .ok_or_else(|| incomplete("load tenant id: the workspace does not tell its tenant"))
    }
}
