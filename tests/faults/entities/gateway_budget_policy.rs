//! Budgets of the AI gateway. They have no names, so it is the amount that tells one from others.

use serde_json::Value as Json;
use terraform_provider_mlflow::wire::Value;

use crate::{
    faults::{
        entity::{Entity, Operation, Wish, of_json, text},
        registry::{Found, Kind},
    },
    support::{gateway::Gateway, mlflow::Server},
};

/// Its update changes the span and the action at once.
pub const GATEWAY_BUDGET_POLICY: Entity = Entity {
    type_name: "mlflow_gateway_budget_policy",
    lives_on: &[Kind::Mlflow],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create => ("POST", "gateway/budgets/create"),
            Operation::Read => ("GET", "gateway/budgets/get"),
            Operation::List => ("GET", "gateway/budgets/list"),
            Operation::Update => ("POST", "gateway/budgets/update"),
            Operation::Delete => ("DELETE", "gateway/budgets/delete"),
            Operation::Test | Operation::Token => return None,
        })
    },
    api: |_| "Gateway Budget",
    prepare: |_, _| {},
    configuration: |_, mark, wish| {
        let duration = [
            ("unit", Value::string("DAYS")),
            ("value", Value::number(days(wish))),
        ];
        Value::object([
            ("budget_amount", Value::number(amount(mark))),
            ("budget_unit", Value::string("USD")),
            ("duration", Value::object(duration)),
            ("target_scope", Value::string("GLOBAL")),
            ("budget_action", Value::string("ALERT")),
        ])
    },
    shown: |state| {
        let days = state.get("duration").get("value").as_number();
        found(text(state, "id"), days.and_then(|it| it.as_i64()))
    },
    found: |_, mark| {
        let all = of_mark(mark).into_iter();
        all.map(|it| {
            found(
                of_json(&it["budget_policy_id"]),
                it["duration"]["value"].as_i64(),
            )
        })
        .collect()
    },
    delete: |_, mark| {
        for it in of_mark(mark) {
            Gateway::shared().delete_budget(&of_json(&it["budget_policy_id"]));
        }
    },
    dismantle: |_, _| {},
};

const fn days(wish: Wish) -> i64 {
    match wish {
        Wish::Old => 1,
        Wish::New => 2,
    }
}

fn found(id: String, days: Option<i64>) -> Found {
    let wish = [Wish::Old, Wish::New].into_iter();
    let wish = wish
        .map(|it| (self::days(it), it))
        .find(|it| Some(it.0) == days);
    Found {
        id,
        description: wish.map_or_else(|| format!("{days:?}"), |it| it.1.text().to_owned()),
    }
}

/// The digits of the mark, which fit into a double.
fn amount(mark: &str) -> u64 {
    let digits = mark.rsplit('-').next().unwrap_or_default();
    u64::from_str_radix(digits, 16).expect("a mark ends with digits")
}

#[expect(clippy::cast_precision_loss, reason = "it has 48 bits")]
fn of_mark(mark: &str) -> Vec<Json> {
    Gateway::shared().budgets(amount(mark) as f64)
}
