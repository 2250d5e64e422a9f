//! Google's service accounts for workspaces on Google Cloud: an id token for the workspace, and an
//! access token for Google's own services beside it where one can be had.

mod application_default;
mod impersonation;
mod key;

use std::sync::Arc;

use reqwest::header::HeaderName;
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use super::{
    context::{Cloud, Context, Refusal},
    identity::Identity,
    token::{Cache, Source},
};
use application_default::ApplicationDefault;
use impersonation::{AccessTokens, IdTokens};
use key::{AccessByKey, IdByKey, Key};

const ACCESS_TOKEN: HeaderName = HeaderName::from_static("x-databricks-gcp-sa-access-token");
const SCOPES: [&str; 2] = [
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/compute",
];

/// `google-credentials`: by the account's key.
pub(super) async fn credentials(
    context: &Arc<Context>,
    stop: &CancellationToken,
) -> Result<Identity, Refusal> {
    let Some(credentials) = &context.config().google_credentials else {
        return Err(Refusal::NotConfigured("google_credentials is required"));
    };
    let audience = require_google(context, stop).await?;
    let key = Arc::new(Key::of(credentials.expose_secret(), context)?);
    let id = IdByKey {
        key: Arc::clone(&key),
        audience,
    };
    let access = AccessByKey {
        key,
        scopes: SCOPES.join(" "),
    };
    Ok(both(context, id, access))
}

/// `google-id`: by impersonation, as whoever Google's tools are logged in as, or the machine.
pub(super) async fn id(
    context: &Arc<Context>,
    stop: &CancellationToken,
) -> Result<Identity, Refusal> {
    let Some(account) = &context.config().google_service_account else {
        return Err(Refusal::NotConfigured("google_service_account is required"));
    };
    let audience = require_google(context, stop).await?;
    let base = ApplicationDefault::of(context)?;
    let base = Arc::new(Cache::new(base, &context.clock));
    let id = IdTokens::new(account, audience, &base, context);
    let access = AccessTokens::new(account, &base, context);
    Ok(both(context, id, access))
}

fn both(context: &Context, id: impl Source + 'static, access: impl Source + 'static) -> Identity {
    let clock = &context.clock;
    Identity::bearer(Cache::new(id, clock))
        .with_second(ACCESS_TOKEN, Cache::new(access, clock))
        .second_if_to_be_had(clock)
}

/// The host, which id tokens are for.
async fn require_google(context: &Context, stop: &CancellationToken) -> Result<String, Refusal> {
    let host = context.host()?.to_owned();
    match context.cloud(stop).await {
        Cloud::Google => Ok(host),
        _ => Err(Refusal::NotConfigured(
            "the workspace must be on Google Cloud",
        )),
    }
}
