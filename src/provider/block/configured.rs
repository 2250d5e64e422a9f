//! What a configured provider gives to its resources: a server, or why there is none.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::{
    config::Config,
    credentials, foreign,
    location::{Location, Origin, invalid_variable},
    rules,
};
use crate::{
    api::{
        Connection, Credentials, DatabricksSettings, Environment, FilePath, Server, Settings,
        address::is_loopback,
    },
    databricks_auth,
    framework::{Attr, Diagnostic, Diagnostics, Path},
    provider::explain::{self, capitalised},
};

/// The provider, configured as far as its configuration is known.
pub struct Configured {
    state: State,
    warned: AtomicBool,
}

enum State {
    Ready(Server),
    /// This argument is not known yet, as happens while the server is being created too.
    Unknown(String),
    /// No server can be reached with this configuration. Told at first use, because functions
    /// and validation work without one.
    Unusable(Diagnostics),
}

impl Configured {
    /// The server; `None` while its configuration is not known yet.
    ///
    /// # Errors
    /// When none is configured, or none that can be used.
    pub fn server(&self) -> Result<Option<&Server>, Diagnostics> {
        match &self.state {
            State::Ready(server) => Ok(Some(server)),
            State::Unknown(_) => Ok(None),
            State::Unusable(diagnostics) => Err(diagnostics.clone()),
        }
    }

    /// The server, for what cannot go on without one.
    ///
    /// # Errors
    /// When there is none, or it is not known yet.
    pub fn known_server(&self) -> Result<&Server, Diagnostics> {
        self.server()?.ok_or_else(|| {
            Diagnostic::error(
                "Provider Configuration Not Known",
                format!(
                    "The registry is needed now, and {} is not known yet. Apply what it depends on \
                     first, with -target.",
                    self.unknown()
                ),
            )
            .into()
        })
    }

    /// The warning that state could not be refreshed; given out once.
    pub fn not_refreshed(&self) -> Option<Diagnostic> {
        if self.warned.swap(true, Ordering::Relaxed) {
            return None;
        }
        let detail = format!(
            "The provider argument {} is not known before apply, so the registry cannot be asked: \
             resources are planned from their last known state.",
            self.unknown()
        );
        Some(Diagnostic::warning("State Not Refreshed", detail))
    }

    fn unknown(&self) -> &str {
        match &self.state {
            State::Unknown(name) => name,
            State::Ready(_) | State::Unusable(_) => "configuration",
        }
    }
}

impl fmt::Debug for Configured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Ready(server) => server.address(),
            State::Unknown(_) => "unknown",
            State::Unusable(_) => "unusable",
        };
        f.debug_tuple("Configured").field(&state).finish()
    }
}

/// Makes it. Nothing is opened or sent; warnings are about what is known already.
pub(crate) fn connect(
    config: &Config,
    environment: &Environment,
    warnings: &mut Diagnostics,
) -> Configured {
    let state = match config.unknown() {
        Some(name) => State::Unknown(name.into_owned()),
        None => match ready(config, environment, warnings) {
            Ok(server) => State::Ready(server),
            Err(diagnostics) => State::Unusable(diagnostics),
        },
    };
    Configured {
        state,
        warned: AtomicBool::new(false),
    }
}

fn ready(
    config: &Config,
    environment: &Environment,
    warnings: &mut Diagnostics,
) -> Result<Server, Diagnostics> {
    let databricks = config.databricks.known();
    let tracking_uri = config.tracking_uri.known();
    let location = Location::find(tracking_uri, databricks.is_some(), environment)?;
    let connection = connection(config, environment)?;
    let server = match location {
        Location::Mlflow { uri, origin } => {
            let settings = mlflow(uri, connection, config, environment)?;
            warnings.extend(clear_text(origin, &settings));
            warnings.extend(credentials::not_used(environment));
            Server::mlflow(settings)
        }
        Location::Databricks { profile } => {
            foreign::refused(config).into_result()?;
            let mut auth = databricks.cloned().unwrap_or_default().auth(environment);
            auth.profile = auth.profile.or(profile);
            databricks_auth::authenticator(auth, &connection).map(|authenticator| {
                Server::databricks(DatabricksSettings {
                    authenticator,
                    connection,
                })
            })
        }
    };
    server.map_err(|error| explain::explain(&error).into())
}

fn mlflow(
    uri: String,
    connection: Connection,
    config: &Config,
    environment: &Environment,
) -> Result<Settings, Diagnostics> {
    let workspace = text(&config.workspace, environment, "MLFLOW_WORKSPACE");
    let invalid = |name: &String| {
        rules::invalid_workspace(name, &Origin::Variable("MLFLOW_WORKSPACE").to_string())
    };
    if let Some(diagnostic) = workspace.as_ref().and_then(invalid) {
        return Err(diagnostic.into());
    }
    Ok(Settings {
        credentials: credentials::find(config, environment)?,
        workspace,
        connection,
        ..Settings::new(uri)
    })
}

fn connection(config: &Config, environment: &Environment) -> Result<Connection, Diagnostics> {
    let timeout = number(&config.request_timeout, environment, TIMEOUT)?;
    let retries = number(&config.max_retries, environment, RETRIES)?;
    Ok(Connection {
        ca_cert_file: file(&config.ca_cert_file, environment, CA_CERT),
        client_cert_file: file(&config.client_cert_file, environment, CLIENT_CERT),
        insecure: insecure(config, environment)?,
        headers: headers(config),
        request_timeout: Duration::from_secs(timeout.unsigned_abs()),
        max_retries: u32::try_from(retries).unwrap_or(u32::MAX),
        ..Connection::default()
    })
}

/// An argument and the variable that it falls back to.
type Names = (&'static str, &'static str);

const CA_CERT: Names = ("ca_cert_file", "MLFLOW_TRACKING_SERVER_CERT_PATH");
const CLIENT_CERT: Names = ("client_cert_file", "MLFLOW_TRACKING_CLIENT_CERT_PATH");

fn file(argument: &Attr<String>, environment: &Environment, names: Names) -> Option<FilePath> {
    let given = argument.known().filter(|it| !it.is_empty());
    let given = given.map(|it| (it.as_str(), Origin::Argument(names.0)));
    let fallback = || Some((environment.get(names.1)?, Origin::Variable(names.1)));
    let (path, origin) = given.or_else(fallback)?;
    Some(FilePath::new(environment.expanded(path), origin))
}

fn text(argument: &Attr<String>, environment: &Environment, variable: &str) -> Option<String> {
    let argument = argument.known().cloned().filter(|it| !it.is_empty());
    argument.or_else(|| environment.get(variable).map(str::to_owned))
}

/// A number that an environment variable may set, its range, and its default.
struct Setting {
    variable: &'static str,
    least: i64,
    most: i64,
    default: i64,
}

const TIMEOUT: Setting = Setting {
    variable: "MLFLOW_HTTP_REQUEST_TIMEOUT",
    least: 1,
    most: 3600,
    default: 120,
};

const RETRIES: Setting = Setting {
    variable: "MLFLOW_HTTP_REQUEST_MAX_RETRIES",
    least: 0,
    most: 100,
    default: 7,
};

fn number(
    argument: &Attr<i64>,
    environment: &Environment,
    setting: Setting,
) -> Result<i64, Diagnostic> {
    if let Some(number) = argument.known() {
        return Ok(*number);
    }
    let Setting {
        variable,
        least,
        most,
        default,
    } = setting;
    let Some(text) = environment.get(variable) else {
        return Ok(default);
    };
    let number = text.trim().parse().ok();
    number
        .filter(|it| (least..=most).contains(it))
        .ok_or_else(|| {
            invalid_variable(variable, &format!("a whole number from {least} to {most}"))
        })
}

fn insecure(config: &Config, environment: &Environment) -> Result<bool, Diagnostic> {
    const VARIABLE: &str = "MLFLOW_TRACKING_INSECURE_TLS";
    if let Some(insecure) = config.insecure.known() {
        return Ok(*insecure);
    }
    let text = environment.get(VARIABLE).map(str::to_ascii_lowercase);
    match text.as_deref() {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(invalid_variable(VARIABLE, "true, false, 1 or 0")),
    }
}

fn headers(config: &Config) -> Vec<(String, secrecy::SecretString)> {
    let headers = config.headers.known().into_iter().flatten();
    headers
        .filter_map(|(name, value)| {
            let value = value.known()?.clone().into_inner();
            Some((name.clone(), value))
        })
        .collect()
}

/// Whoever listens on the way reads what is sent over plain http.
fn clear_text(origin: Origin, settings: &Settings) -> Option<Diagnostic> {
    let url = url::Url::parse(&settings.base_uri).ok()?;
    let named = !matches!(settings.credentials, Credentials::None) || !url.username().is_empty();
    let secret = named || !settings.connection.headers.is_empty();
    if url.scheme() != "http" || is_loopback(&url) || !secret {
        return None;
    }
    let warning = Diagnostic::warning(
        "Credentials Over Plain HTTP",
        format!(
            "{} is an http address, so credentials and secrets of webhooks travel unencrypted. \
             Use https.",
            capitalised(&origin.to_string())
        ),
    );
    Some(warning.at(Path::attribute("tracking_uri")))
}
