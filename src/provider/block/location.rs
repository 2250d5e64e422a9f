//! Which registry is meant: the address, where it was configured, and what kind it is.

use std::fmt;

use crate::{
    api::{
        Environment,
        given::{is_host, mistaken},
    },
    framework::{Diagnostic, Path},
    provider::explain::capitalised,
};

/// Where a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An argument of the provider block.
    Argument(&'static str),
    /// An environment variable.
    Variable(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(f, "the provider argument {name}"),
            Self::Variable(name) => write!(f, "the environment variable {name}"),
        }
    }
}

impl Origin {
    fn points_at(self, diagnostic: Diagnostic) -> Diagnostic {
        match self {
            Self::Argument(name) => diagnostic.at(Path::attribute(name)),
            Self::Variable(_) => diagnostic,
        }
    }
}

/// A variable of MLflow's that does not hold what it must.
pub(super) fn invalid_variable(variable: &str, expected: &str) -> Diagnostic {
    Diagnostic::error(
        "Invalid Environment Variable",
        format!("The environment variable {variable} must be {expected}. Mend or unset it."),
    )
}

/// Which registry is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    /// An MLflow server at this address.
    Mlflow { uri: String, origin: Origin },
    /// A Databricks workspace, found by Databricks' own rules; of this profile if one is named.
    Databricks { profile: Option<String> },
}

impl Location {
    /// The first of what is configured: the `tracking_uri` argument, the `databricks` argument,
    /// then the environment.
    pub(super) fn find(
        tracking_uri: Option<&String>,
        databricks: bool,
        environment: &Environment,
    ) -> Result<Self, Diagnostic> {
        if let Some(uri) = tracking_uri {
            return Self::parse(uri, Origin::Argument("tracking_uri"));
        }
        if databricks {
            return Ok(Self::Databricks { profile: None });
        }
        for name in ["MLFLOW_REGISTRY_URI", "MLFLOW_TRACKING_URI"] {
            if let Some(uri) = environment.get(name) {
                return Self::parse(uri, Origin::Variable(name));
            }
        }
        let names = ["DATABRICKS_HOST", "DATABRICKS_CONFIG_PROFILE"];
        if names.iter().any(|it| environment.get(it).is_some()) {
            return Ok(Self::Databricks { profile: None });
        }
        Err(none_configured())
    }

    /// Reads one address.
    pub(crate) fn parse(uri: &str, origin: Origin) -> Result<Self, Diagnostic> {
        if let Some(problem) = slip(uri) {
            return Err(invalid(origin, &problem));
        }
        let (scheme, rest) = uri.split_once(':').unwrap_or_default();
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => Self::server(uri, origin),
            "databricks-uc" | "uc" => Err(unity_catalog(origin)),
            "databricks" => Self::workspace(rest, origin),
            _ if uri == "databricks" => Ok(Self::Databricks { profile: None }),
            _ if uri == "databricks-uc" => Err(unity_catalog(origin)),
            scheme => Err(no_server(uri, scheme, origin)),
        }
    }

    /// `databricks://PROFILE`; a secret scope behind a colon is for other clients.
    fn workspace(rest: &str, origin: Origin) -> Result<Self, Diagnostic> {
        let profile = rest.strip_prefix("//").map(|it| it.trim_end_matches('/'));
        match profile {
            Some(name) if !name.is_empty() && !name.contains(['/', ':', '?', '#']) => {
                Ok(Self::Databricks {
                    profile: Some(name.to_owned()),
                })
            }
            _ => Err(invalid(
                origin,
                "is neither databricks nor databricks://PROFILE, where PROFILE is a section of \
                 ~/.databrickscfg",
            )),
        }
    }

    fn server(uri: &str, origin: Origin) -> Result<Self, Diagnostic> {
        // The parser takes any number of slashes, and backslashes too.
        let authority = uri.split_once("://").map(|(_, rest)| rest);
        let parsed = authority.filter(|it| !it.starts_with(['/', '\\']));
        let parsed = parsed.and_then(|_| url::Url::parse(uri).ok());
        let usable =
            parsed.filter(|it| is_host(it) && it.query().is_none() && it.fragment().is_none());
        if usable.is_none() {
            return Err(invalid(
                origin,
                "is not of the form http(s)://host[:port][/prefix], without query or fragment",
            ));
        }
        Ok(Self::Mlflow {
            uri: uri.to_owned(),
            origin,
        })
    }
}

/// What is wrong with a text whatever kind of address it should be.
fn slip(uri: &str) -> Option<String> {
    if let Some(what) = mistaken(uri.trim()) {
        Some(format!("holds {what} and not an address"))
    } else if uri.starts_with(char::is_whitespace) {
        Some("begins with a space or a line break: remove it".to_owned())
    } else if uri.ends_with(char::is_whitespace) {
        Some("ends with a space or a line break: remove it".to_owned())
    } else {
        None
    }
}

/// The address itself stays unsaid: it may hold a password, or be one.
fn invalid(origin: Origin, problem: &str) -> Diagnostic {
    origin.points_at(Diagnostic::error(
        "Invalid Tracking URI",
        format!("The address in {origin} {problem}."),
    ))
}

fn none_configured() -> Diagnostic {
    Diagnostic::error(
        "No Registry Configured",
        "The provider does not know which model registry to manage. Set the provider argument \
         tracking_uri, or the environment variable MLFLOW_REGISTRY_URI or MLFLOW_TRACKING_URI, to \
         the address of an MLflow server, such as https://mlflow.example.com. For a Databricks \
         workspace set the argument databricks, or DATABRICKS_HOST.",
    )
}

fn unity_catalog(origin: Origin) -> Diagnostic {
    origin.points_at(Diagnostic::error(
        "Unity Catalog Not Supported",
        format!(
            "{} names a Unity Catalog registry, which this provider does not manage: it has \
             another API. Use databricks for the workspace's own registry, \
             or the address of an MLflow server.",
            capitalised(&origin.to_string())
        ),
    ))
}

/// Of stores and products that people name where a server is wanted.
const SCHEMES: [&str; 14] = [
    "abfss",
    "arn",
    "azureml",
    "dbfs",
    "file",
    "ftp",
    "gs",
    "hdfs",
    "mssql",
    "mysql",
    "postgresql",
    "s3",
    "sqlite",
    "wasbs",
];

/// The rest of the address may hold a database's password, so only its scheme is repeated, and that
/// only if it is one.
fn no_server(uri: &str, scheme: &str, origin: Origin) -> Diagnostic {
    let known = scheme.split('+').next().unwrap_or_default();
    let what = match scheme {
        "" if uri.is_empty() => "is empty".to_owned(),
        "" => "is a path or a bare name".to_owned(),
        scheme if scheme.len() == 1 => "is a path".to_owned(),
        _ if SCHEMES.contains(&known) => format!("is of the form {known}:..."),
        _ if is_host_and_port(uri) => "has no http:// or https:// in front".to_owned(),
        _ => "is of another scheme".to_owned(),
    };
    origin.points_at(Diagnostic::error(
        "Not a Server Address",
        format!(
            "The address in {origin} {what}. This provider talks to a tracking server that runs: give its \
             address as http(s)://host[:port][/prefix]. A server over a local store is started with \
             \"mlflow server\"."
        ),
    ))
}

fn is_host_and_port(uri: &str) -> bool {
    let rest = uri.split_once(':').map(|(_, rest)| rest);
    rest.is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn the_argument_beats_the_registry_variable_beats_the_tracking_variable() {
        let both = environment(&[
            ("MLFLOW_REGISTRY_URI", "http://registry"),
            ("MLFLOW_TRACKING_URI", "http://tracking"),
            ("DATABRICKS_HOST", "https://dbc"),
        ]);
        let tracking = environment(&[("MLFLOW_TRACKING_URI", "http://tracking/prefix/")]);
        let argument = "http://argument".to_owned();
        let databricks = || Location::Databricks { profile: None };
        for (tracking_uri, argument, variables, expected) in [
            (Some(&argument), false, &both, "http://argument"),
            (None, false, &both, "http://registry"),
            (None, false, &tracking, "http://tracking/prefix/"),
        ] {
            let found = Location::find(tracking_uri, argument, variables).unwrap();
            let Location::Mlflow { uri, .. } = found else {
                panic!("{expected} is no workspace")
            };
            assert_eq!(uri, expected);
        }
        assert_eq!(Location::find(None, true, &both).unwrap(), databricks());
        let host = environment(&[("DATABRICKS_HOST", "https://dbc")]);
        assert_eq!(Location::find(None, false, &host).unwrap(), databricks());
        let profile = Location::parse("databricks://dev", Origin::Argument("tracking_uri"));
        let named = Location::Databricks {
            profile: Some("dev".to_owned()),
        };
        assert_eq!(profile.unwrap(), named);
    }

    #[test]
    fn what_is_no_server_is_refused_with_its_origin_and_without_its_secrets() {
        for (uri, summary) in [
            ("file:///mlruns", "Not a Server Address"),
            ("sqlite:///mlflow.db", "Not a Server Address"),
            ("postgresql://u:hush@db/mlflow", "Not a Server Address"),
            ("./mlruns", "Not a Server Address"),
            ("C:\\mlruns", "Not a Server Address"),
            ("azureml://x", "Not a Server Address"),
            ("arn:aws:sagemaker:hush", "Not a Server Address"),
            ("databricks:profile", "Invalid Tracking URI"),
            ("databricks://", "Invalid Tracking URI"),
            ("databricks://scope:hush", "Invalid Tracking URI"),
            ("databricks-uc", "Unity Catalog Not Supported"),
            ("databricks-uc://profile", "Unity Catalog Not Supported"),
            ("https://", "Invalid Tracking URI"),
            ("http://host?x=hush", "Invalid Tracking URI"),
            ("https:///x", "Invalid Tracking URI"),
            ("https:/x", "Invalid Tracking URI"),
            ("https:x", "Invalid Tracking URI"),
            ("https:\\\\x", "Invalid Tracking URI"),
            (" http://host", "Invalid Tracking URI"),
            ("http://host\n", "Invalid Tracking URI"),
            ("http://ho\nst", "Invalid Tracking URI"),
            ("http://ho st", "Invalid Tracking URI"),
            ("hush:hush", "Not a Server Address"),
            ("-----BEGIN PRIVATE KEY-----\nhush", "Invalid Tracking URI"),
        ] {
            let set = environment(&[("MLFLOW_TRACKING_URI", uri)]);
            let refused = Location::find(None, false, &set).unwrap_err();
            assert_eq!(refused.summary, summary, "{uri}");
            assert!(refused.detail.contains("MLFLOW_TRACKING_URI"), "{uri}");
            assert!(!refused.detail.contains("hush"), "{uri}");
            let refused =
                Location::find(Some(&uri.to_owned()), false, &Environment::default()).unwrap_err();
            assert_eq!(refused.path, Some(Path::attribute("tracking_uri")), "{uri}");
        }
    }

    #[test]
    fn nothing_configured_names_what_to_set() {
        let refused = Location::find(None, false, &Environment::default()).unwrap_err();
        for name in ["tracking_uri", "MLFLOW_REGISTRY_URI", "MLFLOW_TRACKING_URI"] {
            assert!(refused.detail.contains(name), "{name}");
        }
    }
}
