//! Versions of prompts.

use terraform_provider_mlflow::wire::Value;

use super::{
    model_version::{delete_versions, found, request, state_tags, tags, versions},
    registered_model::delete_model,
};
use crate::{
    faults::{
        entity::{Entity, Operation, text},
        registry::Kind,
    },
    support::{mlflow::Server, models::Models},
};

/// Its update has five steps: those of a version of a model, and other settings.
pub const PROMPT_VERSION: Entity = Entity {
    type_name: "mlflow_prompt_version",
    lives_on: &[Kind::Mlflow],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| request(operation, ("PATCH", "model-versions/update")),
    api: |operation| match operation {
        Operation::Create => "Prompt",
        _ => "Prompt Version",
    },
    prepare: |_, mark| Models::shared().make_prompt(mark),
    configuration: |_, mark, wish| {
        let settings = format!("{{\"model_name\":{:?}}}", wish.text());
        Value::object([
            ("prompt_name", Value::string(mark)),
            ("template", Value::string("Hi {{ name }}")),
            ("messages", Value::Null),
            ("model_config", Value::string(settings)),
            ("commit_message", Value::string(wish.text())),
            ("tags", tags(wish)),
            ("skip_destroy", Value::Bool(false)),
        ])
    },
    shown: |state| {
        let message = text(state, "commit_message");
        found(&text(state, "id"), &message, state_tags(state))
    },
    found: |registry, mark| versions(registry, mark),
    delete: |registry, mark| delete_versions(registry, mark),
    dismantle: |registry, mark| delete_model(registry, mark),
};
