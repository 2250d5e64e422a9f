//! Prompts, whose life is that of registered models.

use terraform_provider_mlflow::wire::Value;

use super::registered_model::{REGISTERED_MODEL, delete_model};
use crate::{
    faults::{
        entity::{Entity, of_json, text},
        registry::{Found, Kind},
    },
    support::mlflow::Server,
};

pub const PROMPT: Entity = Entity {
    type_name: "mlflow_prompt",
    lives_on: &[Kind::Mlflow],
    api: |_| "Prompt",
    configuration: |_, mark, wish| {
        Value::object([
            ("name", Value::string(format!("{mark}-{}", wish.text()))),
            ("description", Value::string(wish.text())),
            ("force_destroy", Value::Bool(false)),
        ])
    },
    shown: |state| prompt(text(state, "name"), text(state, "description")),
    found: |_, mark| {
        let filter = "tags.%60mlflow.prompt.is_prompt%60%20%3D%20%27true%27";
        let path = format!(
            "/api/2.0/mlflow/registered-models/search?filter=\
             name%20LIKE%20%27{mark}%25%27%20AND%20{filter}"
        );
        let nothing = serde_json::Value::Null;
        let found = Server::shared().rest().expect("GET", &path, &nothing);
        let found = found["registered_models"].as_array().cloned();
        let found = found.unwrap_or_default().into_iter();
        found
            .map(|it| prompt(of_json(&it["name"]), of_json(&it["description"])))
            .collect()
    },
    delete: |registry, mark| {
        for it in (PROMPT.found)(registry, mark) {
            delete_model(registry, &it.id);
        }
    },
    ..REGISTERED_MODEL
};

/// What there is of a wish that came true by halves is told in full.
fn prompt(name: String, description: String) -> Found {
    let is_whole = name.ends_with(&description);
    Found {
        description: match is_whole {
            true => description,
            false => format!("{name} {description}"),
        },
        id: name,
    }
}
