//! Endpoints of the AI gateway.

use serde_json::Value as Json;
use terraform_provider_mlflow::wire::Value;

use super::gateway_model_definition;
use crate::{
    faults::{
        entity::{Entity, Operation, Wish, of_json, text},
        registry::{Found, Kind},
    },
    support::{gateway::Gateway, mlflow::Server},
};

/// It is made in two steps, one for a tag. Its update has four: a new name and weight at once, a tag
/// that changes, one that comes and one that goes.
pub const GATEWAY_ENDPOINT: Entity = Entity {
    type_name: "mlflow_gateway_endpoint",
    lives_on: &[Kind::Mlflow],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create => ("POST", "gateway/endpoints/create"),
            Operation::Read => ("GET", "gateway/endpoints/get"),
            Operation::List => ("GET", "gateway/endpoints/list"),
            Operation::Update => ("POST", "gateway/endpoints/update"),
            Operation::Delete => ("DELETE", "gateway/endpoints/delete"),
            Operation::Test | Operation::Token => return None,
        })
    },
    api: |_| "Gateway Endpoint",
    prepare: |_, mark| {
        let secret = Gateway::shared().make_secret(mark, "sk-of-no-one-0001");
        Gateway::shared().make_definition(mark, &secret);
    },
    configuration: |_, mark, wish| {
        let definition = Gateway::shared().definitions(mark).remove(0);
        let id = of_json(&definition["model_definition_id"]);
        let model = Value::object([
            ("model_definition_id", Value::string(id)),
            ("linkage_type", Value::string("PRIMARY")),
            ("weight", Value::number(weight(wish))),
            ("fallback_order", Value::Null),
        ]);
        let tags = tags(wish).map(|(key, value)| (key, Value::string(value)));
        Value::object([
            ("name", Value::string(format!("{mark}-{}", wish.text()))),
            ("model", Value::set(vec![model])),
            ("usage_tracking", Value::Bool(false)),
            ("tags", Value::map(tags)),
        ])
    },
    shown: |state| {
        let tags = state.get("tags").entries().into_iter().flatten();
        let tags =
            tags.map(|(key, it)| (key.to_string(), it.as_str().unwrap_or_default().to_owned()));
        let models = state.get("model").elements().unwrap_or_default();
        let weights = models
            .iter()
            .filter_map(|it| it.get("weight").as_number()?.as_i64());
        endpoint(
            text(state, "id"),
            &text(state, "name"),
            weights.collect(),
            tags.collect(),
        )
    },
    found: |_, mark| {
        Gateway::shared()
            .endpoints(mark)
            .iter()
            .map(of_server)
            .collect()
    },
    delete: |_, mark| {
        for it in Gateway::shared().endpoints(mark) {
            Gateway::shared().delete_endpoint(&of_json(&it["endpoint_id"]));
        }
    },
    dismantle: |registry, mark| {
        gateway_model_definition::delete(mark);
        (gateway_model_definition::GATEWAY_MODEL_DEFINITION.dismantle)(registry, mark);
    },
};

fn of_server(endpoint: &Json) -> Found {
    let all = |list: &Json| list.as_array().cloned().unwrap_or_default();
    let tags = all(&endpoint["tags"]).into_iter();
    let tags = tags.map(|it| (of_json(&it["key"]), of_json(&it["value"])));
    let models = all(&endpoint["model_mappings"]).into_iter();
    let weights = models.filter_map(|it| it["weight"].as_f64().map(|it| it as i64));
    let names = (
        of_json(&endpoint["endpoint_id"]),
        of_json(&endpoint["name"]),
    );
    self::endpoint(names.0, &names.1, weights.collect(), tags.collect())
}

const fn weight(wish: Wish) -> i64 {
    match wish {
        Wish::Old => 1,
        Wish::New => 2,
    }
}

fn tags(wish: Wish) -> [(&'static str, &'static str); 2] {
    match wish {
        Wish::Old => [("changes", "1"), ("goes", "1")],
        Wish::New => [("changes", "2"), ("comes", "1")],
    }
}

/// What there is of a wish that came true by halves is told in full.
fn endpoint(id: String, name: &str, weights: Vec<i64>, mut all: Vec<(String, String)>) -> Found {
    all.sort();
    let is = |wish: &Wish| {
        let wanted = tags(*wish).map(|(key, value)| (key.to_owned(), value.to_owned()));
        name.ends_with(wish.text()) && weights == [weight(*wish)] && all == wanted
    };
    let wish = [Wish::Old, Wish::New].into_iter().find(is);
    Found {
        id,
        description: wish.map_or_else(
            || format!("{name} {weights:?} {all:?}"),
            |wish| wish.text().to_owned(),
        ),
    }
}
