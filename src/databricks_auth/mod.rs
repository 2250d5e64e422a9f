//! Databricks' unified authentication: which workspace, and who asks. Start at [`authenticator`];
//! `attributes` is what can be said, `resolve` what comes of it, `method` the ways to
//! authenticate, `chain` the choice among them.

mod attributes;
mod azure;
mod chain;
mod command;
mod context;
mod databricks_cli;
mod endpoints;
mod fixed;
mod google;
mod host;
mod id_token;
mod identity;
mod ini;
mod m2m;
mod metadata_service;
mod method;
mod offline;
mod oidc;
mod profile;
mod refusal;
mod resolve;
mod single_flight;
mod token;
mod web;

#[cfg(test)]
mod tests;

pub use attributes::{Argument, AuthConfig, Form, arguments};
pub use offline::Problem;

use std::{sync::Arc, time::SystemTime};

use url::Url;

use crate::api::{
    authenticator::Authenticator,
    error::Error,
    http::{client, proxy},
    kind::ServerKind,
    settings::Connection,
};
use chain::Chain;
use context::Context;
use endpoints::Endpoints;
use resolve::Resolved;
use web::Web;

/// The way to authenticate that the configuration asks for. Reads the profile, but neither asks the
/// network nor runs a program: that is for the first request.
///
/// # Errors
/// When what is configured cannot be used, whatever the network would say.
pub fn authenticator(
    config: AuthConfig,
    connection: &Connection,
) -> Result<Arc<dyn Authenticator>, Error> {
    let chain = chain(config, connection);
    let chain = chain.map_err(|error| error.on(ServerKind::Databricks))?;
    Ok(Arc::new(chain))
}

fn chain(config: AuthConfig, connection: &Connection) -> Result<Chain, Error> {
    let settings = Resolved::of(config)?;
    let host = settings.config.host.as_deref();
    if let Some(url) = host.and_then(|it| Url::parse(it).ok()) {
        proxy::check(&url)?;
    }
    if let Ok(url) = Url::parse(host.unwrap_or("https://unknown")) {
        client::check_files(connection, &url)?;
    }
    let web = Web::new(connection, web::pace());
    let clock = Arc::new(SystemTime::now);
    Chain::new(Context::new(settings, web, Endpoints::default(), clock))
}

/// Reads a configuration file of Databricks' tools.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz_profile(text: &str) {
    let _ = ini::parse(text);
}
