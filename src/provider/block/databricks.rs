//! The `databricks` argument of the provider block: one attribute for each that Databricks' unified
//! authentication has.

use std::fmt;

use crate::{
    api::Environment,
    databricks_auth::{Argument, AuthConfig, Form, arguments},
    framework::{
        Field, Mismatch, Type, Value,
        schema::{Attribute, Empty, Kind},
    },
};

/// How to reach a Databricks workspace, as the block says it.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Databricks(Value);

/// The schema of the argument.
pub(super) fn attribute() -> Attribute {
    Attribute::object(
        "databricks",
        "The Databricks workspace whose model registry to manage. Every argument falls back to the \
         environment variables and the `~/.databrickscfg` profile that Databricks' own tools use; \
         `{}` takes everything from there.",
        arguments().map(nested).map(meaning_of_empty).collect(),
    )
}

fn nested(argument: Argument) -> Attribute {
    let (name, description) = (argument.name, argument.description);
    match argument.form {
        Form::Text => Attribute::string(name, description),
        Form::Secret => Attribute::string(name, description).sensitive(),
        Form::Flag => Attribute::bool(name, description),
        Form::Texts => Attribute::plain(name, description, Type::list(Type::String)),
    }
}

/// As in Databricks' own tools an empty text is none.
const fn meaning_of_empty(argument: Attribute) -> Attribute {
    match &argument.kind {
        Kind::Plain(Type::String) => argument.empty(Empty::LeftOut),
        _ => argument.empty(Empty::Refused),
    }
}

impl Databricks {
    /// Whether this argument is set, or may come to be.
    pub(super) fn is_given(&self, name: &str) -> bool {
        !matches!(self.0.get(name), Value::Null)
    }

    /// What is configured here, before what the environment adds.
    pub(super) fn auth(&self, environment: &Environment) -> AuthConfig {
        let mut config = AuthConfig {
            environment: environment.clone(),
            ..AuthConfig::default()
        };
        for Argument { name, .. } in arguments() {
            if let Some(text) = text(self.0.get(name)) {
                // Only a flag can be misread, and one of the block is `true` or `false`.
                let _ = config.set(name, &text);
            }
        }
        config
    }
}

/// The value as a variable of the environment would spell it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::List(elements) => {
            let texts: Vec<_> = elements.iter().filter_map(Value::as_str).collect();
            Some(texts.join(","))
        }
        _ => None,
    }
}

impl Field for Databricks {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Object(_) => Ok(Self(value)),
            other => Err(Mismatch::of(&other, "an object")),
        }
    }

    fn into_value(self) -> Value {
        self.0
    }
}

/// Without its values, of which some are secrets.
impl fmt::Debug for Databricks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Databricks")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::{
        framework::{Attr, Path},
        provider::block::{Config, validate},
    };

    #[test]
    fn what_a_block_alone_says_wrong_is_refused_with_its_path() {
        const HUSH: &str = "dapi-hush";
        let text = |name, value: &str| (name, Value::string(value));
        let pat = || text("token", HUSH);
        for (block, variable, refused) in [
            (
                vec![text("host", "http://dbc.example.com")],
                "",
                Some(("host", "must be an https address")),
            ),
            (
                vec![text("host", "ftp://dbc.example.com")],
                "",
                Some(("host", "must be an https address")),
            ),
            (vec![text("host", "http://127.0.0.1:80")], "", None),
            (vec![text("host", "dbc.example.com")], "", None),
            (
                vec![text("host", "https://dbc.example.com"), pat()],
                "",
                None,
            ),
            (
                vec![text("discovery_url", "nowhere")],
                "",
                Some(("discovery_url", "https")),
            ),
            (
                vec![text("actions_id_token_request_url", "http://a.b")],
                "",
                Some(("actions_id_token_request_url", "https")),
            ),
            (
                vec![text("metadata_service_url", "https://hush.b")],
                "",
                Some(("metadata_service_url", "localhost")),
            ),
            (
                vec![text("auth_type", "pta")],
                "",
                Some(("auth_type", "\"pta\" is none of pat, basic")),
            ),
            (vec![text("auth_type", "google-creds")], "", None),
            (
                vec![text("username", "ada:hush")],
                "",
                Some(("username", "colon")),
            ),
            (
                vec![text("token", "hush\nhush")],
                "",
                Some(("token", "line break")),
            ),
            (vec![text("token", "hush\n")], "", None),
            (
                vec![text("actions_id_token_request_token", "hush\u{1}hush")],
                "",
                Some(("actions_id_token_request_token", "control character")),
            ),
            (
                vec![pat(), text("client_id", "app")],
                "",
                Some(("auth_type", "client_id (oauth) and token (pat)")),
            ),
            (
                vec![pat(), text("client_id", "app"), text("auth_type", "pat")],
                "",
                None,
            ),
            (
                vec![
                    pat(),
                    text("client_id", "app"),
                    ("auth_type", Value::Unknown(None)),
                ],
                "",
                None,
            ),
            (
                vec![pat(), text("client_id", "app"), text("profile", "dev")],
                "",
                None,
            ),
            (
                vec![pat(), text("client_id", "app")],
                "DATABRICKS_AUTH_TYPE",
                None,
            ),
            (
                vec![("token", Value::Unknown(None)), text("client_id", "app")],
                "",
                None,
            ),
        ] {
            let shown = format!("{block:?}");
            let databricks = Attr::from_value(Value::object(block)).unwrap();
            let config = Config {
                databricks,
                ..Config::default()
            };
            let environment = Environment::of([(variable, "pat")]);
            let told: Vec<_> = validate(&config, &environment).iter().cloned().collect();
            assert_eq!(
                told.len(),
                usize::from(refused.is_some()),
                "{shown}: {told:?}"
            );
            for (it, (name, says)) in told.iter().zip(refused) {
                let path = Path::attribute("databricks").then(name);
                assert_eq!(it.path, Some(path), "{shown}");
                assert!(it.detail.contains(says), "{shown}: {}", it.detail);
                assert!(!it.detail.contains("hush"), "{shown}: {}", it.detail);
            }
        }
    }

    #[test]
    fn what_the_block_says_is_what_is_configured() {
        let block = Value::object([
            ("host", Value::string("https://h")),
            ("token", Value::string("hush")),
            ("azure_use_msi", Value::Bool(true)),
            (
                "scopes",
                Value::List(vec![Value::string("a"), Value::string("b")]),
            ),
            ("profile", Value::Null),
        ]);
        let block = Databricks::from_value(block).unwrap();
        assert!(!format!("{block:?}").contains("hush"));
        let config = block.auth(&Environment::default());
        assert_eq!(config.host.as_deref(), Some("https://h"));
        assert_eq!(config.token.unwrap().expose_secret(), "hush");
        assert_eq!(config.azure_use_msi, Some(true));
        assert_eq!(config.scopes, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(config.profile, None);
    }
}
