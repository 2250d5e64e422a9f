//! What a caller says about a server: where it is, who asks, and how patient to be.

use std::{fmt, sync::Arc, time::Duration};

use secrecy::SecretString;

use crate::api::{authenticator::Authenticator, given::FilePath};

/// How to reach an MLflow server.
#[derive(Clone)]
pub struct Settings {
    /// `http(s)://host[:port][/prefix]`, with or without a trailing slash. Userinfo in it is used as
    /// basic credentials when there are no others, and shows up nowhere.
    pub base_uri: String,
    /// Who asks.
    pub credentials: Credentials,
    /// Sent as `X-MLFLOW-WORKSPACE`.
    pub workspace: Option<String>,
    /// How to speak to it.
    pub connection: Connection,
}

/// How to reach a Databricks workspace.
#[derive(Clone, Debug)]
pub struct DatabricksSettings {
    /// Which workspace, and who asks.
    pub authenticator: Arc<dyn Authenticator>,
    /// How to speak to it.
    pub connection: Connection,
}

/// How to speak to a server, wherever it is.
#[derive(Clone, Debug)]
pub struct Connection {
    /// A PEM bundle of the authorities to trust instead of the system's.
    pub ca_cert_file: Option<FilePath>,
    /// A PEM file with a client certificate and its key.
    pub client_cert_file: Option<FilePath>,
    /// Do not verify the server's certificate.
    pub insecure: bool,
    /// Extra headers for proxies in front of the server.
    pub headers: Vec<(String, SecretString)>,
    /// The longest one attempt may take.
    pub request_timeout: Duration,
    /// Attempts after the first.
    pub max_retries: u32,
    /// The `User-Agent` header.
    pub user_agent: String,
}

/// Who asks.
#[derive(Clone, Debug, Default)]
pub enum Credentials {
    /// No one in particular.
    #[default]
    None,
    /// HTTP basic authentication.
    Basic {
        /// The user.
        username: String,
        /// The user's password, possibly empty.
        password: SecretString,
    },
    /// A bearer token.
    Bearer(SecretString),
}

impl Settings {
    /// An address without credentials.
    #[must_use]
    pub fn new(base_uri: impl Into<String>) -> Self {
        Self {
            base_uri: base_uri.into(),
            credentials: Credentials::None,
            workspace: None,
            connection: Connection::default(),
        }
    }
}

/// MLflow's own defaults: 120 s an attempt, 7 retries.
impl Default for Connection {
    fn default() -> Self {
        Self {
            ca_cert_file: None,
            client_cert_file: None,
            insecure: false,
            headers: Vec::new(),
            request_timeout: Duration::from_secs(120),
            max_retries: 7,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Leaves out the base URI, which may hold userinfo; everything secret besides is a type of its own.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("credentials", &self.credentials)
            .field("workspace", &self.workspace)
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}
