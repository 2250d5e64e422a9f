//! The provider block: its schema, with what each argument may hold, and its row.

use std::collections::{BTreeMap, BTreeSet};

use super::databricks::{self, Databricks};
use crate::{
    api::given::{fits_a_header, mistaken},
    framework::{
        Attr, Field, Name, Secret, Value,
        schema::{Attribute, Empty, Schema, Validator, whole_number},
    },
    row,
};

row! {
    /// The provider block.
    pub struct Config {
        /// Where the registry is.
        pub tracking_uri: Attr<String>,
        /// User of HTTP basic authentication.
        pub username: Attr<String>,
        /// Password of HTTP basic authentication.
        pub password: Attr<Secret>,
        /// Bearer token.
        pub token: Attr<Secret>,
        /// MLflow workspace.
        pub workspace: Attr<String>,
        /// Certificate authorities to trust.
        pub ca_cert_file: Attr<String>,
        /// Client certificate with its key.
        pub client_cert_file: Attr<String>,
        /// Whether to trust any server.
        pub insecure: Attr<bool>,
        /// Extra headers.
        pub headers: Attr<BTreeMap<String, Attr<Secret>>>,
        /// Seconds for one attempt.
        pub request_timeout: Attr<i64>,
        /// Attempts after the first.
        pub max_retries: Attr<i64>,
        /// A Databricks workspace.
        pub(super) databricks: Attr<Databricks>,
    }
}

impl Config {
    /// An argument that is not known yet, if there is one.
    pub(super) fn unknown(&self) -> Option<Name> {
        let Value::Object(arguments) = self.clone().into_value() else {
            return None;
        };
        let mut unknown = arguments
            .into_iter()
            .filter(|(_, it)| !it.is_wholly_known());
        unknown.next().map(|(name, _)| name)
    }
}

/// What the provider block may say.
pub(crate) fn schema() -> Schema {
    let schema = Schema::new(
        "Manages what an [MLflow](https://mlflow.org) server holds, 3.3 or later: models, prompts, \
         experiments, workspaces, users, roles and grants, the AI gateway, and webhooks; and webhooks, \
         models, their versions and experiments of a Databricks workspace. Every argument is optional and falls \
         back to the environment variables that MLflow's own client and Databricks' own tools read.",
    );
    let attributes = connection().into_iter().chain(tls()).chain(requests());
    attributes
        .chain([databricks::attribute()])
        .fold(schema, Schema::attribute)
}

fn connection() -> [Attribute; 5] {
    [
        Attribute::string(
            "tracking_uri",
            "Address of the MLflow server, `http(s)://host[:port][/prefix]`; or `databricks` or \
             `databricks://PROFILE` for a workspace. Falls back to `MLFLOW_REGISTRY_URI`, then \
             `MLFLOW_TRACKING_URI`. An http(s) address excludes `databricks`.",
        )
        .empty(Empty::Refused),
        Attribute::string(
            "username",
            "User for HTTP basic authentication with an MLflow server. Falls back to `MLFLOW_TRACKING_USERNAME`, then \
             to `~/.mlflow/credentials`.",
        )
        .empty(Empty::Refused)
        .check(user_name())
        .check(no_colon()),
        Attribute::string(
            "password",
            "Password for HTTP basic authentication with an MLflow server. Falls back to `MLFLOW_TRACKING_PASSWORD`, \
             then to `~/.mlflow/credentials`.",
        )
        .empty(Empty::Allowed)
        .sensitive(),
        Attribute::string(
            "token",
            "Bearer token for an MLflow server, used where the block sets no `username` and \
             `password`. Falls back to `MLFLOW_TRACKING_TOKEN`. For a workspace's token see \
             `databricks.token`.",
        )
        .empty(Empty::Refused)
        .sensitive()
        .check(token()),
        Attribute::string(
            "workspace",
            "Workspace within the MLflow server, sent as `X-MLFLOW-WORKSPACE`. Falls back to `MLFLOW_WORKSPACE`; \
             without either the server uses its default workspace. MLflow before 3.10 has no workspaces and ignores it.",
        )
        .empty(Empty::LeftOut),
    ]
}

fn tls() -> [Attribute; 3] {
    [
        Attribute::string(
            "ca_cert_file",
            "Path of a PEM file with the certificate authorities to trust instead of the system's. \
             Falls back to `MLFLOW_TRACKING_SERVER_CERT_PATH`.",
        )
        .empty(Empty::LeftOut),
        Attribute::string(
            "client_cert_file",
            "Path of a PEM file with a client certificate and its private key. Falls back to \
             `MLFLOW_TRACKING_CLIENT_CERT_PATH`.",
        )
        .empty(Empty::LeftOut),
        Attribute::bool(
            "insecure",
            "Do not verify the server's certificate; default `false`. Falls back to \
             `MLFLOW_TRACKING_INSECURE_TLS`.",
        ),
    ]
}

fn requests() -> [Attribute; 3] {
    [
        Attribute::string_map(
            "headers",
            "Extra headers for each request, for a proxy in front of the server; none by default. \
             Those that the provider sets itself, such as `Authorization`, are refused.",
        )
        .empty(Empty::Allowed)
        .sensitive()
        .check(header_names()),
        Attribute::number(
            "request_timeout",
            "Seconds that one attempt of a request may take, 1 to 3600; default 120. Falls back to \
             `MLFLOW_HTTP_REQUEST_TIMEOUT`.",
        )
        .check(whole_number("Invalid Request Timeout", 1..=3600)),
        Attribute::number(
            "max_retries",
            "Attempts after the first where repeating is safe, 0 to 100; default 7. Falls back to \
             `MLFLOW_HTTP_REQUEST_MAX_RETRIES`.",
        )
        .check(whole_number("Invalid Retry Count", 0..=100)),
    ]
}

/// Headers that the provider sets itself would silently win or lose; both surprise.
const OWN_HEADERS: [&str; 7] = [
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
    "x-mlflow-workspace",
];

fn header_names() -> Validator {
    Validator::new("Invalid Header", |value| {
        let Value::Map(headers) = value else {
            return Ok(());
        };
        let mut seen = BTreeSet::new();
        for (name, value) in headers {
            let lower = name.to_ascii_lowercase();
            // A name that is none may be a value in the wrong place.
            if http::HeaderName::try_from(&lower).is_err() || mistaken(name).is_some() {
                return Err(
                    "A key is not the name of an HTTP header: letters, digits, - and _.".to_owned(),
                );
            }
            if OWN_HEADERS.contains(&lower.as_str()) {
                return Err(own_header(&lower));
            }
            if !seen.insert(lower.clone()) {
                return Err(format!(
                    "The header {lower} stands twice: upper and lower case are the same. Keep one."
                ));
            }
            let text = value.as_str().unwrap_or_default();
            if http::HeaderValue::try_from(text).is_err() {
                return Err(format!(
                    "The value of {lower} has characters that no HTTP header can hold, such as a line break."
                ));
            }
        }
        Ok(())
    })
}

fn own_header(name: &str) -> String {
    let instead = match name {
        "authorization" => "use username and password, or token",
        "x-mlflow-workspace" => "use workspace",
        _ => "leave it out",
    };
    format!("The provider sets {name} itself: {instead}.")
}

fn token() -> Validator {
    Validator::string("Invalid Token", |token| {
        fits_a_header(token).then_some(()).ok_or_else(|| {
            "The token has a line break or a control character in it, which no header can hold."
                .to_owned()
        })
    })
}

fn no_colon() -> Validator {
    Validator::string("Invalid User Name", |name| {
        let fits = (!name.contains(':')).then_some(());
        fits.ok_or_else(|| {
            "A user of basic authentication has no colon in the name: what follows it would be read as \
             the password. Set password for that."
                .to_owned()
        })
    })
}

/// Half of a login may be completed from the environment, but an empty user is a slip.
fn user_name() -> Validator {
    Validator::string("Empty User Name", |name| {
        if name.is_empty() {
            return Err(
                "username is set to an empty text. Leave it out, or set it to null, to use another \
                 way to authenticate."
                    .to_owned(),
            );
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_sent_is_refused_before_anything_is() {
        let all = connection().into_iter().chain(requests());
        let all: BTreeMap<_, _> = all.map(|it| (it.name, it)).collect();
        let header = |name: &'static str, value: &str| {
            Value::map([("x-a", Value::string("1")), (name, Value::string(value))])
        };
        for (name, value, says) in [
            ("username", Value::string("ada"), None),
            ("username", Value::string("ada:s3cret"), Some("colon")),
            ("token", Value::string("s3cret\n"), None),
            ("token", Value::string("s3cret\ns3cret"), Some("line break")),
            ("headers", header("x-b", "2"), None),
            ("headers", header("X-A", "2"), Some("stands twice")),
            ("headers", header("Host", "h"), Some("leave it out")),
            ("headers", header("Authorization", "h"), Some("or token")),
            ("headers", header("X-B", "a\nb"), Some("value of x-b has")),
            ("headers", header("x b", "2"), Some("A key is not the name")),
            (
                "headers",
                header("s3cret\ns3cret", "2"),
                Some("A key is not the name"),
            ),
        ] {
            let told = all[name]
                .validators
                .iter()
                .filter_map(|it| it.check(&value).err());
            let told: Vec<_> = told.collect();
            let fits = match says {
                None => told.is_empty(),
                Some(says) => told.len() == 1 && told[0].contains(says),
            };
            assert!(fits, "{name} {value:?}: {told:?}");
            assert!(!told.concat().contains("s3cret"), "{told:?}");
        }
    }
}
