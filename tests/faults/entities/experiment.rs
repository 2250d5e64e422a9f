//! Experiments.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use terraform_provider_mlflow::wire::Value;

use crate::{
    faults::{
        entity::{Entity, Operation, Wish, of_json, text},
        registry::{Found, Kind, Registry},
    },
    support::mlflow::Server,
};

/// Its update has five steps: a new name, a new description, a tag that changes, one that comes and one
/// that goes. Its end has two: a name that frees the old one, and the deletion.
pub const EXPERIMENT: Entity = Entity {
    type_name: "mlflow_experiment",
    lives_on: &[Kind::Mlflow, Kind::Databricks],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, kind| {
        Some(match operation {
            Operation::List if kind == Kind::Databricks => ("POST", "experiments/search"),
            Operation::Create => ("POST", "experiments/create"),
            Operation::Read => ("GET", "experiments/get"),
            Operation::List => ("GET", "experiments/search"),
            Operation::Update => ("POST", "experiments/update"),
            Operation::Delete => ("POST", "experiments/delete"),
            Operation::Test | Operation::Token => return None,
        })
    },
    api: |_| "Experiment",
    prepare: |_, _| {},
    configuration: |registry, mark, wish| {
        let tags = tags(registry.kind, wish).into_iter();
        let tags = tags.map(|(key, value)| (key, Value::string(value)));
        let folder = match registry.kind {
            Kind::Databricks => "/Shared/",
            Kind::Mlflow | Kind::Logins => "",
        };
        let name = format!("{folder}{mark}-{}", wish.text());
        Value::object([
            ("name", Value::string(name)),
            ("description", Value::string(wish.text())),
            ("tags", Value::map(tags)),
            ("restore_deleted", Value::Bool(false)),
            ("rename_on_destroy", Value::Bool(true)),
        ])
    },
    shown: |state| {
        let entries = state.get("tags").entries().into_iter().flatten();
        let value = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let tags = entries.map(|(key, it)| (key.to_string(), value(it)));
        let names = (text(state, "name"), text(state, "description"));
        experiment(text(state, "id"), names, tags.collect())
    },
    found: |registry, mark| {
        let found = experiments(registry, mark).into_iter().map(|it| {
            let all = it["tags"].as_array().cloned().unwrap_or_default();
            let all = all.iter();
            let mut tags: BTreeMap<_, _> = all
                .map(|tag| (of_json(&tag["key"]), of_json(&tag["value"])))
                .collect();
            let description = tags.remove("mlflow.note.content").unwrap_or_default();
            // A Databricks workspace sets some by itself.
            tags.retain(|key, _| !key.starts_with("mlflow."));
            let names = (of_json(&it["name"]), description);
            experiment(of_json(&it["experiment_id"]), names, tags)
        });
        found.collect()
    },
    delete: |registry, mark| {
        for it in experiments(registry, mark) {
            let id = of_json(&it["experiment_id"]);
            let new = of_json(&it["name"]).replace(mark, "gone") + &id;
            let name = json!({"experiment_id": id, "new_name": new});
            call(registry, "update", &name);
            call(registry, "delete", &json!({"experiment_id": id}));
        }
    },
    dismantle: |_, _| {},
};

const EXPERIMENTS: &str = "/api/2.0/mlflow/experiments";

/// A Databricks workspace lets none go.
fn tags(kind: Kind, wish: Wish) -> Vec<(&'static str, &'static str)> {
    match (wish, kind) {
        (Wish::Old, _) => vec![("stays", "1"), ("changes", "1"), ("goes", "1")],
        (Wish::New, Kind::Databricks) => {
            vec![
                ("stays", "1"),
                ("changes", "2"),
                ("comes", "1"),
                ("goes", "1"),
            ]
        }
        (Wish::New, _) => vec![("stays", "1"), ("changes", "2"), ("comes", "1")],
    }
}

/// What there is of a wish that came true by halves is told in full.
fn experiment(id: String, names: (String, String), all: BTreeMap<String, String>) -> Found {
    let (name, description) = names;
    let has = |kind: Kind, wish: Wish| {
        let wanted = tags(kind, wish).into_iter();
        let wanted = wanted.map(|(key, value)| (key.to_owned(), value.to_owned()));
        all == wanted.collect()
    };
    let is = |wish: &Wish| {
        let has_tags = has(Kind::Mlflow, *wish) || has(Kind::Databricks, *wish);
        description == wish.text() && has_tags && name.ends_with(wish.text())
    };
    let wish = [Wish::Old, Wish::New].into_iter().find(is);
    Found {
        id,
        description: wish.map_or_else(
            || format!("{name:?} {description:?} {all:?}"),
            |wish| wish.text().to_owned(),
        ),
    }
}

/// The experiments whose names have the mark, but for deleted ones.
fn experiments(registry: &Registry, mark: &str) -> Vec<Json> {
    if registry.kind == Kind::Databricks {
        let mut all = registry.databricks().experiments();
        all.retain(|it| it["lifecycle_stage"] == "active" && of_json(&it["name"]).contains(mark));
        return all;
    }
    let filter = format!("filter=name%20LIKE%20%27{mark}%25%27");
    let path = format!("{EXPERIMENTS}/search?max_results=1000&{filter}");
    let found = registry.rest().expect("GET", &path, &Json::Null);
    found["experiments"].as_array().cloned().unwrap_or_default()
}

fn call(registry: &Registry, endpoint: &str, body: &Json) {
    let path = format!("{EXPERIMENTS}/{endpoint}");
    registry.rest().call("POST", &path, body);
}
