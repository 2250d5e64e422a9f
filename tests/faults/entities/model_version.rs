//! Versions of registered models.

use serde_json::{Value as Json, json};
use terraform_provider_mlflow::wire::Value;

use super::registered_model::delete_model;
use crate::{
    faults::{
        entity::{Entity, Operation, Wish, of_json, text},
        registry::{Found, Kind, Registry},
    },
    support::{mlflow::Server, models::Models},
};

/// Its update has four steps: a new description, a tag that changes, one that comes and one that goes.
pub const MODEL_VERSION: Entity = Entity {
    type_name: "mlflow_model_version",
    lives_on: &[Kind::Mlflow, Kind::Databricks],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| request(operation, ("PATCH", "model-versions/update")),
    api,
    prepare: |registry, mark| registry.rest().register_model(mark),
    configuration: |_, mark, wish| {
        Value::object([
            ("model_name", Value::string(mark)),
            ("source", Value::string("s3://models/faults")),
            ("description", Value::string(wish.text())),
            ("tags", tags(wish)),
            ("skip_destroy", Value::Bool(false)),
        ])
    },
    shown: |state| {
        found(
            &text(state, "id"),
            &text(state, "description"),
            state_tags(state),
        )
    },
    found: |registry, mark| versions(registry, mark),
    delete: |registry, mark| delete_versions(registry, mark),
    dismantle: |registry, mark| delete_model(registry, mark),
};

/// The requests of a version of whatever kind.
pub fn request(
    operation: Operation,
    update: (&'static str, &'static str),
) -> Option<(&'static str, &'static str)> {
    Some(match operation {
        Operation::Create => ("POST", "model-versions/create"),
        Operation::Read => ("GET", "model-versions/get"),
        Operation::List => ("GET", "model-versions/search"),
        Operation::Update => update,
        Operation::Delete => ("DELETE", "model-versions/delete"),
        Operation::Test | Operation::Token => return None,
    })
}

/// A version is added to a model.
fn api(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "Registered Model",
        _ => "Model Version",
    }
}

pub fn tags(wish: Wish) -> Value {
    let tags = pairs(wish).map(|(key, value)| (key, Value::string(value)));
    Value::map(tags)
}

fn pairs(wish: Wish) -> [(&'static str, &'static str); 3] {
    match wish {
        Wish::Old => [("changes", "1"), ("goes", "1"), ("stays", "1")],
        Wish::New => [("changes", "2"), ("comes", "1"), ("stays", "1")],
    }
}

pub fn state_tags(state: &Value) -> Vec<(String, String)> {
    let tags = state.get("tags").entries().into_iter().flatten();
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    tags.map(|(key, value)| (key.to_string(), text(value)))
        .collect()
}

/// What there is of a wish that came true by halves is told in full.
pub fn found(id: &str, description: &str, mut tags: Vec<(String, String)>) -> Found {
    tags.retain(|(key, _)| !key.contains("mlflow"));
    tags.sort();
    let is = |wish: &Wish| {
        let wanted = pairs(*wish).map(|(key, value)| (key.to_owned(), value.to_owned()));
        description == wish.text() && tags == wanted
    };
    let wish = [Wish::Old, Wish::New].into_iter().find(is);
    Found {
        id: id.to_owned(),
        description: wish.map_or_else(
            || format!("{description:?} {tags:?}"),
            |wish| wish.text().to_owned(),
        ),
    }
}

/// The versions of the model that is called like the mark.
pub fn versions(registry: &Registry, mark: &str) -> Vec<Found> {
    let models = Models::of(registry.rest());
    if models.find(mark).is_none() {
        return vec![];
    }
    let numbers = models.numbers(mark).into_iter();
    let all = numbers.map(|number| {
        let version = models.version(mark, &number).unwrap_or(Json::Null);
        let tags = version["tags"].as_array().into_iter().flatten();
        let tags = tags.map(|tag| (of_json(&tag["key"]), of_json(&tag["value"])));
        let id = format!("{mark}/{number}");
        found(&id, &of_json(&version["description"]), tags.collect())
    });
    all.collect()
}

pub fn delete_versions(registry: &Registry, mark: &str) {
    for found in versions(registry, mark) {
        let (_, number) = found.id.rsplit_once('/').expect("it is an id");
        let version = json!({"name": mark, "version": number});
        let path = "/api/2.0/mlflow/model-versions/delete";
        registry.rest().call("DELETE", path, &version);
    }
}
