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
