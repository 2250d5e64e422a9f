//! Google's Application Default Credentials: a file that is named, the login of `gcloud`, or the
//! machine's own account.

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{
    SCOPES,
    key::{AccessByKey, Key},
};
use crate::{
    api::{environment::Environment, error::Error, given::FilePath},
    databricks_auth::{
        context::Context,
        token::{Source, Token, text},
        web::{Call, Field},
    },
};

/// Access tokens of whoever this process is to Google.
#[derive(Debug)]
pub(super) enum ApplicationDefault {
    Account(AccessByKey),
    User(User),
    Machine(Arc<Context>),
}

impl ApplicationDefault {
    pub(super) fn of(context: &Arc<Context>) -> Result<Self, Error> {
        let Some(path) = file(&context.config().environment) else {
            return Ok(Self::Machine(Arc::clone(context)));
        };
        let refuse = |why: &str| {
            let origin = "the environment variable GOOGLE_APPLICATION_CREDENTIALS";
            let error = FilePath::new(&path, origin).refuse(&format!("cannot be used: {why}"));
            let told = error.message().unwrap_or_default();
            let told = format!("could not obtain OIDC token. {told}");
            error.with_message(told)
        };
        let text = std::fs::read(&path).map_err(|error| refuse(&error.to_string()))?;
        let text = Zeroizing::new(text);
        let content: Value =
            serde_json::from_slice(&text).map_err(|_| refuse("it does not hold JSON"))?;
        match content.get("type").and_then(Value::as_str) {
            Some("service_account") => Ok(Self::Account(AccessByKey {
                key: Arc::new(Key::of_json(&content, context)?),
                scopes: SCOPES[0].to_owned(),
            })),
            Some("authorized_user") => Ok(Self::User(User::of(&content, context)?)),
            _ => Err(refuse("credentials of this type are not supported")),
        }
    }
}

/// The file that is named must be there; the login of `gcloud` may.
fn file(environment: &Environment) -> Option<PathBuf> {
    if let Some(path) = environment.get("GOOGLE_APPLICATION_CREDENTIALS") {
        return Some(PathBuf::from(path));
    }
    let folder = match (
        environment.get("CLOUDSDK_CONFIG"),
        environment.get("APPDATA"),
    ) {
        (Some(folder), _) => PathBuf::from(folder),
        (None, Some(data)) if cfg!(windows) => PathBuf::from(data).join("gcloud"),
        _ => environment.home()?.join(".config/gcloud"),
    };
    Some(folder.join("application_default_credentials.json")).filter(|path| path.is_file())
}

#[async_trait]
impl Source for ApplicationDefault {
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        match self {
            Self::Account(account) => account.token(stop).await,
            Self::User(user) => user.token(stop).await,
            Self::Machine(context) => of_machine(context, stop).await,
        }
    }
}

async fn of_machine(context: &Context, stop: &CancellationToken) -> Result<Token, Error> {
    let named = context.config().environment.get("GCE_METADATA_HOST");
    let root = named.map_or_else(
        || context.endpoints.google_metadata.clone(),
        |host| format!("http://{host}"),
    );
    let path = "computeMetadata/v1/instance/service-accounts/default/token";
    let call = Call::get(&format!("{root}/{path}"))?
        .open()
        .within(Duration::from_secs(10))
        .header("metadata-flavor", "Google")
        .query("scopes", SCOPES[0]);
    let answer = context.web.json(call, stop).await.map_err(|error| {
        let help = "could not obtain OIDC token. Running 'gcloud auth application-default login' \
                    may help";
        let message = format!("{help}: {error}");
        error.with_message(message)
    })?;
    Token::of_oauth(&answer, context.now())
}

/// Someone who logged in with `gcloud auth application-default login`.
#[derive(Debug)]
pub(super) struct User {
    client_id: String,
    client_secret: SecretString,
    refresh_token: SecretString,
    context: Arc<Context>,
}

impl User {
    fn of(content: &Value, context: &Arc<Context>) -> Result<Self, Error> {
        Ok(Self {
            client_id: text(content, "client_id")?.expose_secret().to_owned(),
            client_secret: text(content, "client_secret")?,
            refresh_token: text(content, "refresh_token")?,
            context: Arc::clone(context),
        })
    }

    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let call = Call::post(&self.context.endpoints.google_token)?.form(&[
            ("grant_type", Field::Plain("refresh_token")),
            ("client_id", Field::Plain(&self.client_id)),
            ("client_secret", Field::Secret(&self.client_secret)),
            ("refresh_token", Field::Secret(&self.refresh_token)),
        ]);
        let answer = self.context.web.json(call, stop).await?;
        Token::of_oauth(&answer, self.context.now())
    }
}
