//! Registered models.

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
/// that goes.
pub const REGISTERED_MODEL: Entity = Entity {
    type_name: "mlflow_registered_model",
    lives_on: &[Kind::Mlflow, Kind::Databricks],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create => ("POST", "registered-models/create"),
            Operation::Read => ("GET", "registered-models/get"),
            Operation::List => ("GET", "registered-models/search"),
            Operation::Update => ("PATCH", "registered-models/update"),
            Operation::Delete => ("DELETE", "registered-models/delete"),
            Operation::Test | Operation::Token => return None,
        })
    },
    api: |_| "Registered Model",
    prepare: |_, _| {},
    configuration: |_, mark, wish| {
        let tags = model_tags(wish).map(|(key, value)| (key, Value::string(value)));
        Value::object([
            ("name", Value::string(format!("{mark}-{}", wish.text()))),
            ("description", Value::string(wish.text())),
            ("tags", Value::map(tags)),
            ("force_destroy", Value::Bool(false)),
        ])
    },
    shown: |state| {
        let tags = state.get("tags").entries().into_iter().flatten();
        let tags = tags.map(|(key, value)| (key.to_string(), value.as_str().unwrap_or_default()));
        model(&text(state, "name"), &text(state, "description"), tags)
    },
    found: |registry, mark| {
        let found = models(registry, mark).into_iter().map(|it| {
            let tags = it["tags"].as_array().cloned().unwrap_or_default();
            let tags = tags
                .iter()
                .map(|tag| (of_json(&tag["key"]), tag["value"].as_str()));
            let tags: Vec<_> = tags
                .map(|(key, value)| (key, value.unwrap_or_default().to_owned()))
                .collect();
            let tags = tags
                .iter()
                .map(|(key, value)| (key.clone(), value.as_str()));
            model(&of_json(&it["name"]), &of_json(&it["description"]), tags)
        });
        found.collect()
    },
    delete: |registry, mark| {
        models(registry, mark)
            .iter()
            .for_each(|it| delete_model(registry, &of_json(&it["name"])))
    },
    dismantle: |_, _| {},
};

fn model_tags(wish: Wish) -> [(&'static str, &'static str); 3] {
    match wish {
        Wish::Old => [("stays", "1"), ("changes", "1"), ("goes", "1")],
        Wish::New => [("stays", "1"), ("changes", "2"), ("comes", "1")],
    }
}

/// What there is of a wish that came true by halves is told in full.
fn model<'a>(
    name: &str,
    description: &str,
    tags: impl Iterator<Item = (String, &'a str)>,
) -> Found {
    let mut tags: Vec<_> = tags.collect();
    tags.sort();
    let is = |wish: Wish| {
        let mut wanted = model_tags(wish).map(|(key, value)| (key.to_owned(), value));
        wanted.sort();
        description == wish.text() && tags == wanted && name.ends_with(wish.text())
    };
    let wish = [Wish::Old, Wish::New].into_iter().find(|wish| is(*wish));
    Found {
        id: name.to_owned(),
        description: wish.map_or_else(
            || format!("{description:?} {tags:?}"),
            |wish| wish.text().to_owned(),
        ),
    }
}

pub const MODELS: &str = "/api/2.0/mlflow/registered-models";

/// The models whose names begin with the mark.
pub fn models(registry: &Registry, mark: &str) -> Vec<Json> {
    if registry.kind == Kind::Databricks {
        let mut all = registry.databricks().models();
        all.retain(|it| of_json(&it["name"]).starts_with(mark));
        return all;
    }
    let path = format!("{MODELS}/search?filter=name%20LIKE%20%27{mark}%25%27");
    let found = registry.rest().expect("GET", &path, &Json::Null);
    found["registered_models"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

pub fn delete_model(registry: &Registry, name: &str) {
    let model = json!({"name": name});
    let path = format!("{MODELS}/delete");
    registry.rest().call("DELETE", &path, &model);
}
