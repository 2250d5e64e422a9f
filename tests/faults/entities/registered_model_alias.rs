//! Aliases of registered models.

use serde_json::{Value as Json, json};
use terraform_provider_mlflow::wire::Value;

use super::registered_model::{MODELS, delete_model, models};
use crate::{
    faults::{
        entity::{Entity, Operation, Wish, of_json, text},
        registry::{Found, Kind},
    },
    support::mlflow::Server,
};

/// An alias that moves from the first version of its model to the second.
pub const REGISTERED_MODEL_ALIAS: Entity = Entity {
    type_name: "mlflow_registered_model_alias",
    lives_on: &[Kind::Mlflow],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create | Operation::Update => ("POST", "registered-models/alias"),
            Operation::Read => ("GET", "registered-models/get"),
            Operation::List => ("GET", "registered-models/search"),
            Operation::Delete => ("DELETE", "registered-models/alias"),
            Operation::Test | Operation::Token => return None,
        })
    },
    api: |operation| match operation {
        // An alias is set on a version.
        Operation::Create | Operation::Update => "Model Version",
        _ => "Registered Model",
    },
    prepare: |_, mark| {
        let rest = Server::shared().rest();
        rest.register_model(mark);
        rest.create_version(mark);
        rest.create_version(mark);
    },
    configuration: |_, mark, wish| {
        let version = match wish {
            Wish::Old => "1",
            Wish::New => "2",
        };
        Value::object([
            ("model_name", Value::string(mark)),
            ("alias", Value::string(ALIAS)),
            ("version", Value::string(version)),
        ])
    },
    shown: |state| alias(&text(state, "model_name"), &text(state, "version")),
    found: |registry, mark| {
        let of_model = |it: &Json| {
            let aliases = it["aliases"].as_array().cloned().unwrap_or_default();
            let ours = aliases.into_iter().find(|it| it["alias"] == ALIAS);
            ours.map(|ours| alias(&of_json(&it["name"]), &of_json(&ours["version"])))
        };
        models(registry, mark).iter().filter_map(of_model).collect()
    },
    delete: |_, mark| {
        let alias = json!({"name": mark, "alias": ALIAS});
        let path = format!("{MODELS}/alias");
        Server::shared().rest().call("DELETE", &path, &alias);
    },
    dismantle: |registry, mark| delete_model(registry, mark),
};

pub const ALIAS: &str = "champion";

pub fn alias(model: &str, version: &str) -> Found {
    Found {
        id: format!("{model}@{ALIAS}"),
        description: match version {
            "1" => Wish::Old.text().to_owned(),
            "2" => Wish::New.text().to_owned(),
            other => other.to_owned(),
        },
    }
}
