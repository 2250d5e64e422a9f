//! From webhooks to configuration: what is written of a webhook, what is left out, and in which
//! file. Pure.

use super::{
    hcl::{self, Block, Item, Value},
    names,
};
use crate::{
    api::{Status, Target, Webhook},
    framework::{self, schema::http_url},
    provider::ADDRESS,
};

/// A file's name and text.
pub(super) type File = (&'static str, String);

/// What a configuration says besides its webhooks.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    /// Where the webhooks come from, in words.
    pub(super) source: &'a str,
    /// Whether to name the provider too.
    pub(super) with_provider: bool,
}

/// The files that make these webhooks a configuration.
pub(super) fn files(webhooks: &[Webhook], setting: &Setting<'_>) -> Vec<File> {
    let (webhooks, left_out): (Vec<_>, Vec<_>) = webhooks
        .iter()
        .cloned()
        .partition(|it| obstacle(it).is_none());
    let names = names::names(&webhooks);
    let all = || names.iter().zip(&webhooks);
    let file = |head: String, blocks: Vec<Block>| {
        let blocks = blocks.into_iter().map(Item::Block);
        hcl::text(
            &std::iter::once(Item::Comment(head))
                .chain(blocks)
                .collect::<Vec<_>>(),
        )
    };
    let resources: Vec<_> = all()
        .map(|(name, webhook)| resource(name, webhook))
        .collect();
    let imports: Vec<_> = all().map(|(name, webhook)| import(name, webhook)).collect();
    let tokens: Vec<_> = all()
        .filter_map(|(name, webhook)| token(name, webhook))
        .collect();
    let mut files = Vec::new();
    if setting.with_provider {
        files.push(("terraform.tf", hcl::text(&[Item::Block(terraform())])));
    }
    files.push(("webhooks.tf", file(head(setting, &left_out), resources)));
    if !imports.is_empty() {
        files.push(("imports.tf", file(IMPORTS.to_owned(), imports)));
    }
    if !tokens.is_empty() {
        files.push(("variables.tf", file(VARIABLES.to_owned(), tokens)));
    }
    files
}

/// What a webhook has that no configuration for this version can hold. Without it an apply would
/// change the webhook, and with it the configuration would be refused.
pub(super) fn obstacle(webhook: &Webhook) -> Option<String> {
    if let Status::Other(status) = &webhook.status {
        return Some(format!("the status {status:?}"));
    }
    if let Target::Http { url, .. } = &webhook.target
        && http_url("").check(&framework::Value::string(url)).is_err()
    {
        return Some("a URL that the provider refuses".to_owned());
    }
    let events: Vec<_> = webhook
        .other_events
        .iter()
        .map(|it| format!("{it:?}"))
        .collect();
    match events.len() {
        0 => None,
        1 => Some(format!("the event {}", events.concat())),
        _ => Some(format!("the events {}", events.join(", "))),
    }
}

/// The webhook as people know it, on one line.
pub(super) fn title(webhook: &Webhook) -> String {
    match &webhook.name {
        Some(name) => format!("{name:?} ({})", webhook.id),
        None => webhook.id.clone(),
    }
}

fn head(setting: &Setting<'_>, left_out: &[Webhook]) -> String {
    let mut head = format!(
        "Webhooks of {}.\n\n\
         No registry tells the secrets of its webhooks, nor whether there are any, so none are\n\
         here. What is left out stays as it is: a webhook that signs goes on signing.\n",
        setting.source
    );
    for webhook in left_out {
        let obstacle = obstacle(webhook).unwrap_or_default();
        head.push_str(&format!(
            "\nLeft out: {}, which has {obstacle}: not for this version of the provider.\n",
            title(webhook)
        ));
    }
    head
}

const IMPORTS: &str = "Takes the webhooks over. Once applied, these blocks may be deleted.";

const VARIABLES: &str = "No registry tells the tokens by which webhooks start jobs.";

fn resource(name: &str, webhook: &Webhook) -> Block {
    let texts = [("name", &webhook.name), ("model_name", &webhook.model_name)];
    let texts = texts.map(|(name, text)| text_if_any(name, text));
    let events: Vec<String> = webhook.events.iter().map(ToString::to_string).collect();
    let status = match &webhook.status {
        Status::Active => None,
        other => Some(attribute("status", other.as_str())),
    };
    let mut items: Vec<_> = texts.into_iter().flatten().collect();
    items.push(Item::Attribute("events", Value::Texts(events)));
    items.extend(text_if_any("description", &webhook.description));
    items.extend(status);
    items.push(Item::Block(target(name, webhook)));
    block("resource", &["mlflow_webhook", name], items)
}

fn target(name: &str, webhook: &Webhook) -> Block {
    match &webhook.target {
        Target::Http {
            url,
            enable_ssl_verification,
        } => {
            let mut items = vec![attribute("url", url.as_str())];
            if !enable_ssl_verification {
                items.push(Item::Attribute(
                    "enable_ssl_verification",
                    Value::Flag(false),
                ));
            }
            items.push(Item::Comment(unseen(webhook).to_owned()));
            block("http_url_spec", &[], items)
        }
        Target::Job {
            job_id,
            workspace_url,
        } => {
            let mut items = vec![attribute("job_id", job_id.as_str())];
            items.extend(text_if_any("workspace_url", workspace_url));
            let token = format!("var.{}", variable(name));
            items.push(Item::Attribute("access_token", Value::Name(token)));
            block("job_spec", &[], items)
        }
    }
}

/// Only Databricks has webhooks without names, and only Databricks has `authorization`.
const fn unseen(webhook: &Webhook) -> &'static str {
    match webhook.name {
        Some(_) => "secret: not told by the registry",
        None => "secret, authorization: not told by the registry",
    }
}

fn import(name: &str, webhook: &Webhook) -> Block {
    let items = vec![
        Item::Attribute("to", Value::Name(format!("mlflow_webhook.{name}"))),
        attribute("id", webhook.id.as_str()),
    ];
    block("import", &[], items)
}

fn token(name: &str, webhook: &Webhook) -> Option<Block> {
    let Target::Job { job_id, .. } = &webhook.target else {
        return None;
    };
    let description = format!("Token by which the webhook {name} starts the job {job_id}.");
    let items = vec![
        attribute("description", &description),
        Item::Attribute("type", Value::Name("string".to_owned())),
        Item::Attribute("sensitive", Value::Flag(true)),
    ];
    Some(block("variable", &[&variable(name)], items))
}

fn variable(name: &str) -> String {
    format!("{name}_access_token")
}

fn terraform() -> Block {
    let source = ADDRESS.trim_start_matches("registry.terraform.io/");
    let version = concat!(">= ", env!("CARGO_PKG_VERSION"));
    let provider = [("source", source), ("version", version)];
    let provider = provider.map(|(name, text)| attribute(name, text));
    let object = Item::Object("mlflow", provider.into());
    let required = block("required_providers", &[], vec![object]);
    block("terraform", &[], vec![Item::Block(required)])
}

fn block(kind: &'static str, labels: &[&str], items: Vec<Item>) -> Block {
    let labels = labels.iter().map(|it| (*it).to_owned()).collect();
    Block {
        kind,
        labels,
        items,
    }
}

fn attribute(name: &'static str, text: &str) -> Item {
    Item::Attribute(name, Value::Text(text.to_owned()))
}

fn text_if_any(name: &'static str, text: &Option<String>) -> Option<Item> {
    text.as_ref().map(|text| attribute(name, text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{job, webhook};
    use super::*;
    use crate::api::Event;

    const SETTING: Setting<'_> = Setting {
        source: "http://mlflow.example",
        with_provider: false,
    };

    fn file(name: &str, webhooks: &[Webhook]) -> Option<String> {
        let files = files(webhooks, &SETTING);
        let found = files.into_iter().find(|it| it.0 == name);
        found.map(|(_, text)| text)
    }

    #[test]
    fn a_plain_webhook_is_written_without_its_defaults() {
        let expected = r#"# Webhooks of http://mlflow.example.
#
# No registry tells the secrets of its webhooks, nor whether there are any, so none are
# here. What is left out stays as it is: a webhook that signs goes on signing.

resource "mlflow_webhook" "deploy" {
  name   = "deploy"
  events = ["registered_model.created"]

  http_url_spec {
    url = "https://ci.example.com/hook"
    # secret: not told by the registry
  }
}
"#;
        let all = [webhook("7", "deploy")];
        assert_eq!(file("webhooks.tf", &all).as_deref(), Some(expected));
        let imports = file("imports.tf", &all).unwrap();
        let expected = "\nimport {\n  to = mlflow_webhook.deploy\n  id = \"7\"\n}\n";
        assert!(imports.ends_with(expected), "{imports}");
        assert_eq!(file("variables.tf", &all), None);
    }

    #[test]
    fn what_differs_from_the_defaults_is_written() {
        let full = Webhook {
            name: None,
            model_name: Some("churn".to_owned()),
            description: Some("a \"b\"\n${c} %{d}".to_owned()),
            status: Status::TestMode,
            events: Event::all().take(4).collect(),
            target: Target::Http {
                url: "https://h/?a=${b}".to_owned(),
                enable_ssl_verification: false,
            },
            ..webhook("7", "")
        };
        let expected = r#"
resource "mlflow_webhook" "a_b_c_d" {
  model_name = "churn"
  events = [
    "budget_policy.exceeded",
    "model_version.created",
    "model_version_alias.created",
    "model_version_alias.deleted",
  ]
  description = "a \"b\"\n$${c} %%{d}"
  status      = "TEST_MODE"

  http_url_spec {
    url                     = "https://h/?a=$${b}"
    enable_ssl_verification = false
    # secret, authorization: not told by the registry
  }
}
"#;
        let written = file("webhooks.tf", &[full]).unwrap();
        assert!(written.ends_with(expected), "{written}");
    }

    #[test]
    fn the_token_of_a_job_becomes_a_sensitive_variable() {
        let all = [job("3", "77")];
        let written = file("webhooks.tf", &all).unwrap();
        let expected = r#"
  job_spec {
    job_id       = "77"
    access_token = var.job_77_access_token
  }
}
"#;
        assert!(written.ends_with(expected), "{written}");
        let variables = file("variables.tf", &all).unwrap();
        let expected = r#"
variable "job_77_access_token" {
  description = "Token by which the webhook job_77 starts the job 77."
  type        = string
  sensitive   = true
}
"#;
        assert!(variables.ends_with(expected), "{variables}");
    }

    #[test]
    fn a_webhook_that_this_version_would_change_is_only_mentioned() {
        let newer = Webhook {
            other_events: ["run.finished\n}".to_owned()].into(),
            ..webhook("1", "newer")
        };
        let odd = Webhook {
            status: Status::Other("PAUSED".to_owned()),
            ..webhook("2", "odd")
        };
        let refused = Webhook {
            target: Target::Http {
                url: "http://h/\u{7}".to_owned(),
                enable_ssl_verification: true,
            },
            ..webhook("4", "refused")
        };
        let all = [newer, odd, refused, webhook("3", "plain")];
        let written = file("webhooks.tf", &all).unwrap();
        assert_eq!(written.matches("resource ").count(), 1, "{written}");
        let says = r#"# Left out: "newer" (1), which has the event "run.finished\n}": not"#;
        assert!(written.contains(says), "{written}");
        assert!(written.contains(r#"the status "PAUSED""#), "{written}");
        let says = r#""refused" (4), which has a URL that the provider refuses"#;
        assert!(written.contains(says), "{written}");
        let imports = file("imports.tf", &all).unwrap();
        assert_eq!(imports.matches("import {").count(), 1, "{imports}");
        assert_eq!(file("imports.tf", &all[..3]), None);
    }

    #[test]
    fn the_provider_is_named_if_wanted() {
        let setting = Setting {
            with_provider: true,
            ..SETTING
        };
        let (name, text) = files(&[webhook("1", "a")], &setting).remove(0);
        assert_eq!(name, "terraform.tf");
        assert!(
            text.contains("    mlflow = {\n      source  = \"mlflow-rs/mlflow\"\n"),
            "{text}"
        );
    }
}
