//! Databricks' unified authentication: which workspace, and who asks. Start at [`authenticator`];
//! [`attributes`] is what can be said, [`resolve`] what comes of it, [`method`] the ways to
//! authenticate, [`chain`] the choice among them.

mod attributes;
mod azure;
mod chain;
mod command;
mod context;
mod databricks_cli;
mod endpoints;
mod environment;
mod fixed;
mod google;
mod host;
mod id_token;
mod identity;
mod ini;
mod m2m;
mod metadata_service;
mod method;
mod oidc;
mod profile;
mod refusal;
mod resolve;
mod single_flight;
mod token;
mod web;

#[cfg(test)]
mod tests;

pub use attributes::AuthConfig;
pub use environment::AuthEnvironment;

use std::sync::Arc;
use std::time::SystemTime;

use url::Url;

use crate::api::authenticator::Authenticator;
use crate::api::error::Error;
use crate::api::http::client;
use crate::api::settings::Connection;
use chain::Chain;
use context::Context;
use endpoints::Endpoints;
use resolve::Resolved;
use web::Web;

/// The way to authenticate that the configuration asks for. Reads the profile, but neither asks the
/// network nor runs a program: that is for the first request.
pub(in crate::api) fn authenticator(
    config: AuthConfig,
    connection: &Connection,
) -> Result<Arc<dyn Authenticator>, Error> {
    let settings = Resolved::of(config)?;
    let host = settings.config.host.as_deref();
    let host = Url::parse(host.unwrap_or("https://unknown"));
    if let Ok(url) = host {
        client::check_files(connection, &url)?;
    }
    let context = Context::new(
        settings,
        Web::new(connection, web::pace()),
        Endpoints::default(),
        Arc::new(SystemTime::now),
    );
    Ok(Arc::new(Chain::new(context)?))
}

/// Reads a configuration file of Databricks' tools.
#[cfg(any(test, fuzzing))]
pub(in crate::api) fn fuzz_profile(text: &str) {
    let _ = ini::parse(text);
}
