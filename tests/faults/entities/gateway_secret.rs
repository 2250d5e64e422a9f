//! Secrets of the AI gateway, whose key is a canary.

use serde_json::Value as Json;
use terraform_provider_mlflow::wire::Value;

use crate::{
    faults::{
        entity::{Entity, Operation, Wish, of_json, text},
        registry::{Found, Kind},
    },
    support::{gateway::Gateway, mlflow::Server},
};

/// Its update sends another key, with another mask, and what goes with it.
pub const GATEWAY_SECRET: Entity = Entity {
    type_name: "mlflow_gateway_secret",
    lives_on: &[Kind::Mlflow],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create => ("POST", "gateway/secrets/create"),
            Operation::Read => ("GET", "gateway/secrets/get"),
            Operation::List => ("GET", "gateway/secrets/list"),
            Operation::Update => ("POST", "gateway/secrets/update"),
            Operation::Delete => ("DELETE", "gateway/secrets/delete"),
            Operation::Test | Operation::Token => return None,
        })
    },
    api: |_| "Gateway Secret",
    prepare: |_, _| {},
    configuration: |_, mark, wish| {
        let key = format!("canary-secret-{}1", wish.text());
        let version: i64 = match wish {
            Wish::Old => 1,
            Wish::New => 2,
        };
        Value::object([
            ("name", Value::string(mark)),
            ("provider_name", Value::string("openai")),
            (
                "secret_value_wo",
                Value::map([("api_key", Value::string(key))]),
            ),
            ("secret_value_wo_version", Value::number(version)),
            (
                "auth_config",
                Value::map([("wish", Value::string(wish.text()))]),
            ),
        ])
    },
    shown: |state| {
        let config = state.get("auth_config").entries();
        let wish = config.and_then(|it| it.get("wish")?.as_str());
        Found {
            id: text(state, "id"),
            description: wish.unwrap_or_default().to_owned(),
        }
    },
    found: |_, mark| {
        let found = Gateway::shared().secrets(mark).into_iter();
        let found = found.map(|it| Found {
            id: of_json(&it["secret_id"]),
            description: wish_of(&it),
        });
        found.collect()
    },
    delete: |_, mark| {
        for it in Gateway::shared().secrets(mark) {
            Gateway::shared().delete_secret(&of_json(&it["secret_id"]));
        }
    },
    dismantle: |_, _| {},
};

/// What its key and what goes with it agree on.
fn wish_of(secret: &Json) -> String {
    let wish = of_json(&secret["auth_config"]["wish"]);
    let mask = of_json(&secret["masked_values"]["api_key"]);
    if mask == format!("can...{wish}1") {
        wish
    } else {
        format!("{wish} with {mask}")
    }
}
