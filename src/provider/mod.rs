//! The catalogue: everything this provider offers, and nothing else. A new type is one folder here
//! and one line in [`framework::Provider::catalogue`].

mod client;
mod config;
mod credentials;
mod databricks;
mod diagnostics;
mod environment;
mod export;
mod functions;
mod hex;
mod location;
mod webhook;

pub use client::Client;
pub use config::Config;
pub use environment::Environment;
pub use export::{Export, Failed};

use crate::framework::{self, Catalogue, Diagnostics, schema::Schema};

/// The address under which configurations ask for this provider.
pub const ADDRESS: &str = "registry.terraform.io/mlflow-rs/mlflow";

/// The provider for MLflow.
#[derive(Debug)]
pub struct Mlflow {
    environment: Environment,
}

impl Mlflow {
    /// A provider that falls back to these environment variables.
    pub const fn new(environment: Environment) -> Self {
        Self { environment }
    }
}

impl framework::Provider for Mlflow {
    type Client = Client;
    type Config = Config;

    fn schema(&self) -> Schema {
        config::schema()
    }

    fn validate(&self, config: Config) -> Diagnostics {
        config::validate(&config)
    }

    fn configure(&self, config: Config, warnings: &mut Diagnostics) -> Result<Client, Diagnostics> {
        config::validate(&config).into_result()?;
        Ok(client::connect(&config, &self.environment, warnings))
    }

    fn catalogue(&self) -> Catalogue<Client> {
        Catalogue {
            resources: vec![Box::new(webhook::Resource)],
            ..Catalogue::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::framework::{
        Provider,
        schema::{Attribute, Body, Kind},
    };

    /// Each schema of the catalogue under its name, the provider block's first.
    fn schemas() -> Vec<(&'static str, Schema)> {
        let provider = Mlflow::new(Environment::default());
        let resources = provider.catalogue().resources.into_iter();
        let resources = resources.map(|it| (it.type_name(), it.schema()));
        std::iter::once(("provider", provider.schema()))
            .chain(resources)
            .collect()
    }

    fn walk(body: &Body, at: &str, see: &mut impl FnMut(&str, Option<&Attribute>, &str)) {
        for attribute in &body.attributes {
            let at = format!("{at}.{}", attribute.name);
            see(&at, Some(attribute), attribute.description);
            if let Kind::Nested(_, body) = &attribute.kind {
                walk(body, &at, see);
            }
        }
        for block in &body.blocks {
            let at = format!("{at}.{}", block.name);
            see(&at, None, block.description);
            walk(&block.body, &at, see);
        }
    }

    #[test]
    fn every_name_is_unique_and_begins_with_the_provider() {
        let names: Vec<_> = schemas().into_iter().skip(1).map(|it| it.0).collect();
        let unique: BTreeSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len());
        assert!(
            names.iter().all(|it| it.starts_with("mlflow_")),
            "{names:?}"
        );
    }

    #[test]
    fn every_attribute_is_named_well_and_stands_once() {
        for (name, schema) in schemas() {
            let mut seen = BTreeSet::new();
            walk(&schema.body, name, &mut |at, _, _| {
                let own = at.rsplit('.').next().unwrap_or_default();
                let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
                assert!(own.chars().all(fits), "{at}");
                assert!(seen.insert(at.to_owned()), "{at} stands twice");
            });
        }
    }

    #[test]
    fn everything_is_described_in_full_sentences() {
        for (name, schema) in schemas() {
            let check = |at: &str, text: &str| {
                assert!(text.ends_with('.'), "{at}: {text:?} has no full stop");
                assert!(
                    text.starts_with(|it: char| it.is_uppercase() || it == '`'),
                    "{at}"
                );
            };
            check(name, schema.description);
            walk(&schema.body, name, &mut |at, _, text| check(at, text));
        }
    }

    #[test]
    fn what_sounds_secret_is_marked_sensitive() {
        let secret = ["password", "token", "secret", "authorization", "headers"];
        for (name, schema) in schemas() {
            walk(&schema.body, name, &mut |at, attribute, _| {
                let own = at.rsplit('.').next().unwrap_or_default();
                let own = own.strip_suffix("_wo").unwrap_or(own);
                let sounds = secret.iter().any(|it| own.ends_with(it));
                if let Some(attribute) = attribute.filter(|_| sounds) {
                    assert!(attribute.sensitive, "{at}");
                    assert_eq!(attribute.write_only, at.ends_with("_wo"), "{at}");
                }
            });
        }
    }

    #[test]
    fn every_type_has_an_example() {
        let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        assert!(examples.join("provider/provider.tf").is_file());
        for (name, _) in schemas().into_iter().skip(1) {
            for file in ["resource.tf", "import.sh"] {
                let example = examples.join("resources").join(name).join(file);
                assert!(example.is_file(), "{} is missing", example.display());
            }
        }
    }
}
