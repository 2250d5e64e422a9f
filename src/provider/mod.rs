//! The catalogue: everything this provider offers, and nothing else. A new type is one folder here
//! and one line in [`framework::Provider::catalogue`].

#[cfg(test)]
mod arguments;
mod artifact_location;
mod block;
mod experiment;
mod explain;
mod export;
mod functions;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod gateway_budget_policy;
mod gateway_endpoint;
mod gateway_model_definition;
mod gateway_secret;
mod hex;
mod lookup;
mod managed;
mod model_version;
mod models;
mod permission;
mod permitted;
mod plural;
mod prompt;
mod prompt_alias;
mod prompt_version;
mod registered_model;
mod registered_model_alias;
mod role;
mod role_assignment;
mod served;
mod server;
mod unseen;
mod user;
mod webhook;
mod webhook_secret;
mod workspace;

pub use crate::api::Environment;
pub use block::{Config, Configured};
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
    type Client = Configured;
    type Config = Config;

    fn schema(&self) -> Schema {
        block::schema()
    }

    fn validate(&self, config: Config) -> Diagnostics {
        block::validate(&config, &self.environment)
    }

    fn configure(
        &self,
        config: Config,
        warnings: &mut Diagnostics,
    ) -> Result<Configured, Diagnostics> {
        block::validate(&config, &self.environment).into_result()?;
        Ok(block::connect(&config, &self.environment, warnings))
    }

    fn ready(client: &Configured) -> Result<(), Diagnostics> {
        client.known_server().map(drop)
    }

    fn catalogue(&self) -> Catalogue<Configured> {
        Catalogue::of([
            webhook::offers(),
            webhook_secret::offers(),
            functions::offers(),
            registered_model::offers(),
            registered_model_alias::offers(),
            experiment::offers(),
            gateway_secret::offers(),
            gateway_model_definition::offers(),
            gateway_endpoint::offers(),
            gateway_budget_policy::offers(),
            user::offers(),
            role::offers(),
            role_assignment::offers(),
            permission::offers(),
            model_version::offers(),
            prompt::offers(),
            prompt_version::offers(),
            prompt_alias::offers(),
            workspace::offers(),
            server::offers(),
        ])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::framework::{
        Provider, catalogue_rules,
        schema::{Attribute, Body, Kind},
    };

    /// Something that the catalogue offers: where its examples are, and its name.
    struct Entry {
        name: &'static str,
        /// Its kind, as the folder of its examples is called.
        folder: &'static str,
        /// Each must be there.
        examples: &'static [&'static str],
        schema: Option<Schema>,
    }

    /// Everything that the catalogue offers.
    fn entries() -> Vec<Entry> {
        type Examples = (&'static str, &'static [&'static str]);
        const RESOURCE: Examples = ("resources", &["resource.tf", "import.sh"]);
        const DATA: Examples = ("data-sources", &["data-source.tf"]);
        const EPHEMERAL: Examples = ("ephemeral-resources", &["ephemeral-resource.tf"]);
        const LIST: Examples = ("list-resources", &["list-resource.tfquery.hcl"]);
        const ACTION: Examples = ("actions", &["action.tf"]);
        const FUNCTION: Examples = ("functions", &["function.tf"]);

        let entry = |(folder, examples): Examples, name, schema| Entry {
            name,
            folder,
            examples,
            schema,
        };
        let all = Mlflow::new(Environment::default()).catalogue();
        let mut found = Vec::new();
        for it in all.resources {
            found.push(entry(RESOURCE, it.type_name(), Some(it.schema())));
        }
        for it in all.data_sources {
            found.push(entry(DATA, it.type_name(), Some(it.schema())));
        }
        for it in all.ephemeral_resources {
            found.push(entry(EPHEMERAL, it.type_name(), Some(it.schema())));
        }
        for it in all.list_resources {
            found.push(entry(LIST, it.type_name(), Some(it.schema())));
        }
        for it in all.actions {
            found.push(entry(ACTION, it.type_name(), Some(it.schema())));
        }
        for it in all.functions {
            found.push(entry(FUNCTION, it.name(), None));
        }
        found
    }

    /// Each schema of the catalogue under its kind and name, the provider block's first.
    fn schemas() -> Vec<(String, Schema)> {
        let provider = Mlflow::new(Environment::default()).schema();
        let entries = entries().into_iter();
        let schemas = entries.filter_map(|it| {
            let at = format!("{}/{}", it.folder, it.name);
            Some((at, it.schema?))
        });
        std::iter::once(("provider".to_owned(), provider))
            .chain(schemas)
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
    fn every_name_is_unique_among_its_kind_and_begins_with_the_provider() {
        let mut seen = BTreeSet::new();
        for Entry { name, folder, .. } in entries() {
            assert!(seen.insert((folder, name)), "{folder}/{name} stands twice");
            let prefixed = name.starts_with("mlflow_");
            assert_eq!(prefixed, folder != "functions", "{folder}/{name}");
        }
    }

    #[test]
    fn every_list_is_of_a_resource_with_an_identity() {
        let all = Mlflow::new(Environment::default()).catalogue();
        for list in all.list_resources {
            let mut resources = all.resources.iter();
            let resource = resources.find(|it| it.type_name() == list.type_name());
            let resource = resource.unwrap_or_else(|| panic!("{}", list.type_name()));
            let identity = resource.handler.identity_attributes();
            assert!(identity.iter().any(|it| it.required), "{identity:?}");
        }
    }

    #[test]
    fn every_resource_names_its_area_and_servers_and_refers_to_what_there_is() {
        let all = Mlflow::new(Environment::default()).catalogue();
        for resource in &all.resources {
            let (name, schema) = (resource.type_name(), resource.schema());
            assert!(!schema.area.is_empty(), "{name} names no area");
            assert!(
                !schema.servers.is_empty(),
                "{name} says of no server that has it"
            );
            walk(&schema.body, name, &mut |at, attribute, _| {
                for (to, named) in attribute.into_iter().flat_map(|it| it.references()) {
                    let target = all.resources.iter().find(|it| it.type_name() == to);
                    let target = target.unwrap_or_else(|| panic!("{at} refers to {to}"));
                    let body = target.schema().body;
                    assert!(body.attributes.iter().any(|it| it.name == named), "{at}");
                }
            });
        }
    }

    #[test]
    fn no_host_finds_fault_with_the_catalogue() {
        let flaws = catalogue_rules::flaws(&Mlflow::new(Environment::default()));
        assert!(flaws.is_empty(), "{flaws:#?}");
    }

    #[test]
    fn every_attribute_is_named_well_and_stands_once() {
        for (name, schema) in schemas() {
            let mut seen = BTreeSet::new();
            walk(&schema.body, &name, &mut |at, _, _| {
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
            check(&name, schema.description);
            walk(&schema.body, &name, &mut |at, _, text| check(at, text));
        }
    }

    #[test]
    fn every_function_is_described_in_full_sentences() {
        for function in Mlflow::new(Environment::default()).catalogue().functions {
            let (name, signature) = (function.name(), function.signature());
            let mut texts = vec![(name, signature.summary), (name, signature.description)];
            let parameters = signature.parameters.iter().chain(&signature.variadic);
            texts.extend(parameters.map(|it| (it.name, it.description)));
            for (at, text) in texts {
                assert!(text.ends_with('.'), "{name}, {at}: {text:?}");
                assert!(text.starts_with(char::is_uppercase), "{name}, {at}");
            }
            assert!(!signature.summary.contains('\n'), "{name}");
        }
    }

    #[test]
    fn every_identity_is_described_in_full_sentences() {
        for resource in Mlflow::new(Environment::default()).catalogue().resources {
            for attribute in resource.handler.identity_attributes() {
                assert!(attribute.description.ends_with('.'), "{attribute:?}");
            }
        }
    }

    #[test]
    fn what_sounds_secret_is_marked_sensitive() {
        let secret = ["password", "token", "secret", "authorization", "headers"];
        for (name, schema) in schemas() {
            walk(&schema.body, &name, &mut |at, attribute, _| {
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
        for entry in entries() {
            for file in entry.examples {
                let example = examples.join(entry.folder).join(entry.name).join(file);
                assert!(example.is_file(), "{} is missing", example.display());
            }
        }
    }

    #[test]
    fn everything_has_a_page_and_nothing_else_has() {
        let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
        let page = |it: &Entry| {
            let name = it.name.trim_start_matches("mlflow_");
            format!("{}/{name}.md", it.folder)
        };
        let expected: BTreeSet<String> = entries().iter().map(page).collect();
        let folders: BTreeSet<&str> = entries().iter().map(|it| it.folder).collect();
        let mut found = BTreeSet::new();
        for folder in folders {
            for page in docs.join(folder).read_dir().unwrap().flatten() {
                let name = page.file_name().into_string().unwrap();
                found.insert(format!("{folder}/{name}"));
            }
        }
        assert_eq!(found, expected, "run `make docs`");
    }
}
