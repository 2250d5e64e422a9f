//! The data source `mlflow_webhook`: one webhook, by id or by name.

use super::read_only::{self, ReadOnly};
use crate::{
    api::{ServerKind, Webhook, Webhooks},
    framework::{
        Context, DataSource, Diagnostic, Diagnostics, Joined, Path,
        schema::{Attribute, Empty, Schema},
    },
    provider::{
        Configured,
        explain::{NOT_ON_DATABRICKS, explain, explain_at},
        lookup,
        managed::workspace,
    },
};

/// `mlflow_webhook`.
#[derive(Debug)]
pub(in crate::provider) struct One;

impl DataSource<Configured> for One {
    type Model = Joined<ReadOnly, workspace::Place>;

    const TYPE_NAME: &'static str = "mlflow_webhook";

    fn schema() -> Schema {
        let schema = Schema::new(
            "One webhook of the model registry, by exactly one of `id` and `name`. Secrets are not \
             among what it gives: no registry tells them.",
        );
        let names = [
            Attribute::string(
                "id",
                "The registry's id of the webhook. Exactly one of `id` and `name` must be given.",
            ),
            Attribute::string(
                "name",
                "Name of the webhook; one that several webhooks have is an error that lists their \
                 ids. Look up by `id` on Databricks, which has no names: there it is null.",
            ),
        ];
        let names = names.map(|it| it.optional_computed().empty(Empty::Refused));
        let attributes = names
            .into_iter()
            .chain(read_only::content())
            .chain([workspace::reading_argument()]);
        attributes.fold(schema, Schema::attribute)
    }

    fn validate(Joined(config, _): &Self::Model) -> Diagnostics {
        lookup::by_id_or_name("The webhook", &config.id, &config.name)
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        Joined(config, place): Self::Model,
    ) -> Result<Self::Model, Diagnostics> {
        let webhooks = Webhooks::of(workspace::server(cx, &place.workspace).await?);
        let webhook = match (config.id.known(), config.name.known()) {
            (Some(id), _) => by_id(cx, &webhooks, id).await?,
            (None, name) => by_name(cx, &webhooks, name.map_or("", String::as_str)).await?,
        };
        Ok(Joined(
            ReadOnly::of(webhooks.server().kind(), &webhook),
            place,
        ))
    }
}

async fn by_id(
    cx: &Context<Configured>,
    webhooks: &Webhooks,
    id: &str,
) -> Result<Webhook, Diagnostic> {
    webhooks.get(id, cx.stop()).await.map_err(|error| {
        if error.is_not_found() {
            let detail = format!(
                "The registry at {} has no webhook {id:?}.",
                webhooks.server().address()
            );
            return not_found(detail).at(Path::attribute("id"));
        }
        explain_at(&error, "id")
    })
}

async fn by_name(
    cx: &Context<Configured>,
    webhooks: &Webhooks,
    name: &str,
) -> Result<Webhook, Diagnostic> {
    if webhooks.server().kind() == ServerKind::Databricks {
        let detail = "Webhooks on Databricks have no names: look the webhook up by its id.";
        let path = Path::attribute("name");
        return Err(Diagnostic::error(NOT_ON_DATABRICKS, detail).at(path));
    }
    let all = webhooks.all(None, cx.stop()).await;
    let all = all.map_err(|error| explain(&error))?;
    only(all, name, webhooks.server().address()).map_err(|it| it.at(Path::attribute("name")))
}

/// The only one of this name.
fn only(all: Vec<Webhook>, name: &str, address: &str) -> Result<Webhook, Diagnostic> {
    let mut named = all
        .into_iter()
        .filter(|it| it.name.as_deref() == Some(name));
    let Some(first) = named.next() else {
        return Err(not_found(format!(
            "The registry at {address} has no webhook named {name:?}. Upper and lower case matter."
        )));
    };
    let others: Vec<_> = named.map(|it| it.id).collect();
    if others.is_empty() {
        return Ok(first);
    }
    let ids = std::iter::once(first.id).chain(others);
    Err(Diagnostic::error(
        "Name Not Unique",
        format!(
            "The registry at {address} has more than one webhook named {name:?}. Look the one that \
             is meant up by id instead:\n{}",
            ids.map(|id| format!("  - {id}"))
                .collect::<Vec<_>>()
                .join("\n")
        ),
    ))
}

fn not_found(detail: String) -> Diagnostic {
    Diagnostic::error("Webhook Not Found", detail)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        api::{Status, Target},
        framework::Attr,
    };

    fn webhook(id: &str, name: Option<&str>) -> Webhook {
        Webhook {
            id: id.to_owned(),
            name: name.map(str::to_owned),
            model_name: None,
            events: BTreeSet::new(),
            other_events: BTreeSet::new(),
            description: None,
            status: Status::Active,
            creation_timestamp: 0,
            last_updated_timestamp: 0,
            target: Target::Http {
                url: "https://ci.example.com".to_owned(),
                enable_ssl_verification: true,
            },
        }
    }

    fn find(name: &str) -> Result<String, Diagnostic> {
        let all = vec![
            webhook("1", Some("deploy")),
            webhook("2", Some("audit")),
            webhook("3", Some("deploy")),
            webhook("4", None),
        ];
        only(all, name, "https://mlflow.example.com").map(|it| it.id)
    }

    #[test]
    fn a_name_must_be_of_one_webhook() {
        assert_eq!(find("audit"), Ok("2".to_owned()));
        let ambiguous = find("deploy").unwrap_err();
        assert!(ambiguous.detail.ends_with("  - 1\n  - 3"), "{ambiguous:?}");
        for missing in ["Audit", ""] {
            let missing = find(missing).unwrap_err();
            assert_eq!(missing.summary, "Webhook Not Found");
        }
    }

    #[test]
    fn exactly_one_of_id_and_name_is_asked_for_and_no_alarm_while_unknown() {
        let given = || Attr::Known("x".to_owned());
        for (id, name, fine) in [
            (given(), Attr::Null, true),
            (Attr::Null, given(), true),
            (Attr::Unknown, Attr::Null, true),
            (Attr::Unknown, given(), true),
            (Attr::Null, Attr::Null, false),
            (given(), given(), false),
        ] {
            let config = ReadOnly {
                id,
                name,
                ..ReadOnly::default()
            };
            let joined = Joined(config.clone(), workspace::Place::default());
            assert_eq!(One::validate(&joined).is_empty(), fine, "{config:?}");
        }
    }
}
