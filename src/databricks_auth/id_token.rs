//! Where id tokens come from. Each is asked anew for every exchange.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use secrecy::{SecretString, zeroize::Zeroizing};
use tokio_util::sync::CancellationToken;

use super::{
    context::{Context, Refusal},
    token::text,
    web::Call,
};
use crate::api::{error::Error, given::FilePath};

#[async_trait]
pub(super) trait IdTokens: fmt::Debug + Send + Sync {
    /// An id token for `audience`, where the place can choose one.
    async fn id_token(
        &self,
        audience: &str,
        stop: &CancellationToken,
    ) -> Result<SecretString, Error>;
}

/// GitHub Actions.
#[derive(Debug)]
pub(super) struct GitHub {
    url: String,
    key: SecretString,
    context: Arc<Context>,
}

impl GitHub {
    pub(super) fn of(context: &Arc<Context>) -> Result<Self, Refusal> {
        let config = context.config();
        let (Some(url), Some(key)) = (
            &config.actions_id_token_request_url,
            &config.actions_id_token_request_token,
        ) else {
            return Err(Refusal::NotConfigured(
                "it works in GitHub Actions with the permission id-token: write, which sets \
                 ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            ));
        };
        Ok(Self {
            url: url.clone(),
            key: key.clone(),
            context: Arc::clone(context),
        })
    }
}

#[async_trait]
impl IdTokens for GitHub {
    async fn id_token(
        &self,
        audience: &str,
        stop: &CancellationToken,
    ) -> Result<SecretString, Error> {
        // GitHub's URL ends in a query already.
        let url = format!("{}&audience={audience}", self.url);
        let call = Call::get(&url)?.bearer(&self.key);
        text(&self.context.web.json(call, stop).await?, "value")
    }
}

/// Azure DevOps Pipelines, whose tokens are for Azure whatever the audience.
#[derive(Debug)]
pub(super) struct AzureDevOps {
    url: String,
    key: SecretString,
    context: Arc<Context>,
}

impl AzureDevOps {
    pub(super) fn of(context: &Arc<Context>) -> Result<Self, Refusal> {
        let variable = |name| context.config().environment.get(name);
        let Some(key) = variable("SYSTEM_ACCESSTOKEN") else {
            return Err(Refusal::NotConfigured(
                "SYSTEM_ACCESSTOKEN env var not found, if calling from Azure DevOps Pipeline, \
                 please set this env var from the variable System.AccessToken",
            ));
        };
        let url = || {
            Some(format!(
                "{}/{}/_apis/distributedtask/hubs/{}/plans/{}/jobs/{}/oidctoken\
                 ?api-version=7.2-preview.1",
                variable("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI")?.trim_end_matches('/'),
                variable("SYSTEM_TEAMPROJECTID")?,
                variable("SYSTEM_HOSTTYPE")?,
                variable("SYSTEM_PLANID")?,
                variable("SYSTEM_JOBID")?,
            ))
        };
        let url = url().ok_or(Refusal::NotConfigured(
            "not calling from Azure DevOps Pipeline: SYSTEM_TEAMFOUNDATIONCOLLECTIONURI, \
             SYSTEM_TEAMPROJECTID, SYSTEM_HOSTTYPE, SYSTEM_PLANID and SYSTEM_JOBID are needed",
        ))?;
        Ok(Self {
            url,
            key: key.to_owned().into(),
            context: Arc::clone(context),
        })
    }
}

#[async_trait]
impl IdTokens for AzureDevOps {
    async fn id_token(&self, _: &str, stop: &CancellationToken) -> Result<SecretString, Error> {
        let call = Call::post(&self.url)?.bearer(&self.key);
        text(&self.context.web.json(call, stop).await?, "oidcToken")
    }
}

/// A variable of the environment.
#[derive(Debug)]
pub(super) struct Variable(SecretString);

impl Variable {
    pub(super) fn of(context: &Context) -> Result<Self, Refusal> {
        let config = context.config();
        let name = config
            .oidc_token_env
            .as_deref()
            .unwrap_or("DATABRICKS_OIDC_TOKEN");
        let token = config
            .environment
            .get(name)
            .map(|token| token.to_owned().into());
        token.map(Self).ok_or(Refusal::NotConfigured(
            "the environment variable that oidc_token_env names (DATABRICKS_OIDC_TOKEN unless \
             set) holds no token",
        ))
    }
}

#[async_trait]
impl IdTokens for Variable {
    async fn id_token(&self, _: &str, _: &CancellationToken) -> Result<SecretString, Error> {
        Ok(self.0.clone())
    }
}

/// A file that something else keeps fresh.
#[derive(Debug)]
pub(super) struct File(FilePath);

impl File {
    pub(super) fn of(context: &Context) -> Result<Self, Refusal> {
        let path = context.config().databricks_id_token_filepath.as_ref();
        let path = path.ok_or(Refusal::NotConfigured(
            "databricks_id_token_filepath is required",
        ))?;
        let origin = "databricks_id_token_filepath or DATABRICKS_OIDC_TOKEN_FILEPATH";
        Ok(Self(FilePath::new(path, origin)))
    }
}

#[async_trait]
impl IdTokens for File {
    async fn id_token(&self, _: &str, _: &CancellationToken) -> Result<SecretString, Error> {
        let refuse = |why: &str| self.0.refuse(&format!("cannot be used: {why}"));
        let text = std::fs::read_to_string(self.0.path());
        let text = text.map_err(|error| refuse(&error.to_string()))?;
        let text = Zeroizing::new(text);
        // No JWT has spaces around it, and editors leave a line break at a file's end.
        let token = text.trim();
        if token.is_empty() {
            return Err(refuse("the file is empty"));
        }
        Ok(token.to_owned().into())
    }
}
