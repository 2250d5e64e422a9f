//! Credentials that do not run out: `pat` and `basic`.

use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;

use super::{
    context::{Context, Refusal},
    identity::Identity,
};

pub(super) fn pat(context: &Context) -> Result<Identity, Refusal> {
    let Some(token) = &context.config().token else {
        return Err(Refusal::NotConfigured("token is required"));
    };
    context.host()?;
    let value = format!("Bearer {}", token.expose_secret().trim());
    Ok(Identity::fixed(value.into()))
}

pub(super) fn basic(context: &Context) -> Result<Identity, Refusal> {
    let config = context.config();
    let (Some(username), Some(password)) = (&config.username, &config.password) else {
        return Err(Refusal::NotConfigured("username and password are required"));
    };
    context.host()?;
    let pair = format!("{username}:{}", password.expose_secret());
    let value = format!("Basic {}", STANDARD.encode(pair));
    Ok(Identity::fixed(value.into()))
}
