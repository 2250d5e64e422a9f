//! Aliases of prompts, whose life is that of aliases of registered models.

use terraform_provider_mlflow::wire::Value;

use super::{
    registered_model::delete_model,
    registered_model_alias::{ALIAS, REGISTERED_MODEL_ALIAS, alias},
};
use crate::{
    faults::entity::{Entity, Operation, Wish, text},
    support::models::Models,
};

pub const PROMPT_ALIAS: Entity = Entity {
    type_name: "mlflow_prompt_alias",
    api: |operation| match operation {
        Operation::Create | Operation::Update => "Prompt Version",
        _ => "Prompt",
    },
    prepare: |_, mark| {
        let models = Models::shared();
        models.make_prompt(mark);
        models.add_prompt_version(mark, "text", "One");
        models.add_prompt_version(mark, "text", "Two");
    },
    configuration: |_, mark, wish| {
        let version = match wish {
            Wish::Old => "1",
            Wish::New => "2",
        };
        Value::object([
            ("prompt_name", Value::string(mark)),
            ("alias", Value::string(ALIAS)),
            ("version", Value::string(version)),
        ])
    },
    shown: |state| alias(&text(state, "prompt_name"), &text(state, "version")),
    found: |_, mark| {
        let models = Models::shared();
        let model = models.find(mark);
        let aliases = model.map(|_| models.aliases(mark)).unwrap_or_default();
        let ours = aliases.get(ALIAS);
        ours.map(|version| alias(mark, version))
            .into_iter()
            .collect()
    },
    dismantle: |registry, mark| delete_model(registry, mark),
    ..REGISTERED_MODEL_ALIAS
};
