//! Model definitions of the AI gateway.

use terraform_provider_mlflow::wire::Value;

use crate::{
    faults::{
        entity::{Entity, Operation, of_json, text},
        registry::{Found, Kind},
    },
    support::{gateway::Gateway, mlflow::Server},
};

/// Its update gives it another name and another model at once.
pub const GATEWAY_MODEL_DEFINITION: Entity = Entity {
    type_name: "mlflow_gateway_model_definition",
    lives_on: &[Kind::Mlflow],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create => ("POST", "gateway/model-definitions/create"),
            Operation::Read => ("GET", "gateway/model-definitions/get"),
            Operation::List => ("GET", "gateway/model-definitions/list"),
            Operation::Update => ("POST", "gateway/model-definitions/update"),
            Operation::Delete => ("DELETE", "gateway/model-definitions/delete"),
            Operation::Test | Operation::Token => return None,
        })
    },
    api: |_| "Gateway Model Definition",
    prepare: |_, mark| {
        Gateway::shared().make_secret(mark, "sk-of-no-one-0001");
    },
    configuration: |_, mark, wish| {
        let secret = Gateway::shared().secrets(mark).remove(0);
        Value::object([
            ("name", Value::string(format!("{mark}-{}", wish.text()))),
            ("secret_id", Value::string(of_json(&secret["secret_id"]))),
            ("provider_name", Value::string("openai")),
            ("model_name", Value::string(wish.text())),
        ])
    },
    shown: |state| Found {
        id: text(state, "id"),
        description: text(state, "model_name"),
    },
    found: |_, mark| {
        let found = Gateway::shared().definitions(mark).into_iter();
        let found = found.map(|it| Found {
            id: of_json(&it["model_definition_id"]),
            description: of_json(&it["model_name"]),
        });
        found.collect()
    },
    delete: |_, mark| delete(mark),
    dismantle: |_, mark| {
        for it in Gateway::shared().secrets(mark) {
            Gateway::shared().delete_secret(&of_json(&it["secret_id"]));
        }
    },
};

/// Deletes the definitions whose names begin with the mark.
pub fn delete(mark: &str) {
    for it in Gateway::shared().definitions(mark) {
        Gateway::shared().delete_definition(&of_json(&it["model_definition_id"]));
    }
}
