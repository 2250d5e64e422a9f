//! Arguments of the provider block that only MLflow servers know, beside a Databricks workspace.

use super::config::Config;
use crate::framework::{Attr, Diagnostic, Diagnostics, Path};

/// Each that is set, with what to use instead: a workspace would be asked without it, in silence.
pub(super) fn refused(config: &Config) -> Diagnostics {
    let is_named = |it: &Attr<String>| it.known().is_some_and(|it| !it.is_empty());
    let set = [
        ("token", config.token.known().is_some(), "databricks.token"),
        (
            "username",
            is_named(&config.username),
            "databricks.username",
        ),
        (
            "password",
            config.password.known().is_some(),
            "databricks.password",
        ),
        (
            "workspace",
            is_named(&config.workspace),
            "databricks.host, or a profile, which says which workspace is meant",
        ),
    ];
    let by = match config.tracking_uri.known() {
        Some(_) => "tracking_uri names",
        None if config.databricks.known().is_some() => "databricks names",
        None => "the environment names",
    };
    let set = set.into_iter().filter(|it| it.1);
    set.map(|(name, _, instead)| refuse(name, by, instead))
        .collect()
}

fn refuse(name: &'static str, by: &str, instead: &str) -> Diagnostic {
    let detail = format!(
        "The argument {name} is for MLflow servers, and {by} a Databricks workspace, which is not asked \
         with it. Remove it, and use {instead}."
    );
    Diagnostic::error("Argument for MLflow Only", detail).at(Path::attribute(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::Environment,
        framework::{Field, Secret, Value},
        provider::block::{connect, validate},
    };

    fn set(argument: &str, value: &str) -> Config {
        let (text, secret) = (|| value.to_owned(), || Secret::from(value.to_owned()));
        let mut config = Config::default();
        match argument {
            "token" => config.token = Some(secret()).into(),
            "username" => config.username = Some(text()).into(),
            "password" => config.password = Some(secret()).into(),
            _ => config.workspace = Some(text()).into(),
        }
        config
    }

    #[test]
    fn what_only_mlflow_knows_is_refused_beside_a_workspace() {
        let none = Environment::default();
        for (argument, instead) in [
            ("token", "databricks.token"),
            ("username", "databricks.username"),
            ("password", "databricks.password"),
            ("workspace", "databricks.host"),
        ] {
            for uri in ["databricks", "databricks://dev"] {
                let mut config = set(argument, "hush-hush");
                config.tracking_uri = Some(uri.to_owned()).into();
                let told = validate(&config, &none);
                let told: Vec<_> = told.iter().collect();
                assert_eq!(told.len(), 1, "{told:?}");
                assert_eq!(told[0].summary, "Argument for MLflow Only");
                assert_eq!(told[0].path, Some(Path::attribute(argument)));
                assert!(told[0].detail.contains(instead), "{told:?}");
                assert!(!told[0].detail.contains("hush"), "{told:?}");
            }
            let mut block = set(argument, "hush-hush");
            block.databricks =
                Attr::from_value(Value::object([("host", Value::string("https://h"))])).unwrap();
            assert_eq!(validate(&block, &none).iter().count(), 1, "{argument}");
            // What the environment names is known at first use.
            let alone = set(argument, "hush-hush");
            assert!(validate(&alone, &none).is_empty(), "{argument}");
            let environment = Environment::of([
                ("MLFLOW_TRACKING_URI", "databricks"),
                ("DATABRICKS_HOST", "https://h.example.com"),
            ]);
            let client = connect(&alone, &environment, &mut Diagnostics::new());
            let told = client.server().unwrap_err();
            assert!(
                told.iter()
                    .any(|it| it.path == Some(Path::attribute(argument))),
                "{told:?}"
            );
            let mut server = set(argument, "hush-hush");
            server.tracking_uri = Some("https://mlflow.example.com".to_owned()).into();
            assert!(validate(&server, &none).is_empty(), "{argument}");
        }
        let mut empty = set("workspace", "");
        empty.tracking_uri = Some("databricks".to_owned()).into();
        assert!(validate(&empty, &none).is_empty());
    }
}
