//! The row of the resource, and what may be configured.

use crate::{
    framework::{
        Attr, Number, Value,
        schema::{Attribute, Empty, Schema, Validator, one_of, whole_number},
    },
    provider::managed::workspace_argument,
    row,
};

row! {
    /// The resource.
    pub(in crate::provider) struct Row {
        pub(super) id: Attr<String>,
        pub(super) budget_amount: Attr<Number>,
        pub(super) budget_unit: Attr<String>,
        pub(super) duration: Attr<Duration>,
        pub(super) target_scope: Attr<String>,
        pub(super) target_value: Attr<String>,
        pub(super) budget_action: Attr<String>,
        pub(super) workspace: Attr<String>,
        pub(super) created_at: Attr<i64>,
    }
}

row! {
    /// A span of time.
    pub(in crate::provider) struct Duration {
        pub(super) unit: Attr<String>,
        pub(super) value: Attr<i64>,
    }
}

pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "A budget policy of the AI gateway: what may be spent in a span of time. MLflow 3.11.1 and \
         later.\n\n\
         Everything is changed in place. Only requests to endpoints with `usage_tracking` count, and \
         only of models whose price MLflow knows. `ALERT` fires the event `budget_policy.exceeded`, \
         once, when a request crosses the amount; `mlflow_webhook` can listen to it. `REJECT` fires \
         nothing, and refuses requests.\n\n\
         Spans are fixed and in UTC: days from midnight, weeks from Sunday, months from the first. What \
         was spent earlier in the current span counts at once. With workspaces, a `GLOBAL` budget \
         counts in all of them.",
    )
    .area("Gateway");
    amount()
        .into_iter()
        .chain(target())
        .chain([
            workspace_argument(),
            Attribute::number(
                "created_at",
                "When the policy was created, in Unix milliseconds.",
            )
            .computed()
            .stable(),
        ])
        .fold(schema, Schema::attribute)
}

fn amount() -> [Attribute; 4] {
    [
        Attribute::string("id", "The server's id of the policy.")
            .computed()
            .stable(),
        Attribute::number(
            "budget_amount",
            "How much may be spent in one span, 0 or more. With `REJECT`, 0 refuses every request.",
        )
        .required()
        .check(amount_form())
        .same_meaning(same_amount),
        Attribute::string("budget_unit", "The currency, `USD`, which is the default.")
            .empty(Empty::Refused)
            .default(Value::string("USD"))
            .check(one_of("Invalid Budget Unit", &["USD"])),
        Attribute::object(
            "duration",
            "The span of time, which repeats itself.",
            vec![
                Attribute::string("unit", "`MINUTES`, `HOURS`, `DAYS`, `WEEKS` or `MONTHS`.")
                    .required()
                    .empty(Empty::Refused)
                    .check(one_of(
                        "Invalid Duration Unit",
                        &["MINUTES", "HOURS", "DAYS", "WEEKS", "MONTHS"],
                    )),
                Attribute::number("value", "How many of them, 1 or more.")
                    .required()
                    .check(whole_number("Invalid Duration", 1..=i64::from(i32::MAX))),
            ],
        )
        .required(),
    ]
}

fn target() -> [Attribute; 3] {
    [
        Attribute::string(
            "target_scope",
            "Whose spending counts: `GLOBAL`, `WORKSPACE`, `ENDPOINT` (MLflow 3.15) or `USER` (MLflow \
             3.16, with basic authentication).",
        )
        .required()
        .empty(Empty::Refused)
        .check(one_of(
            "Invalid Target Scope",
            &["GLOBAL", "WORKSPACE", "ENDPOINT", "USER"],
        )),
        Attribute::string(
            "target_value",
            "Id of the endpoint, or name of the user; only with these two scopes, and needed there.",
        )
        .refers_to("mlflow_gateway_endpoint", "id")
        .empty(Empty::Refused),
        Attribute::string(
            "budget_action",
            "What happens once more is spent: `ALERT` fires webhooks, `REJECT` refuses requests.",
        )
        .required()
        .empty(Empty::Refused)
        .check(one_of("Invalid Budget Action", &["ALERT", "REJECT"])),
    ]
}

fn amount_form() -> Validator {
    Validator::new("Invalid Budget Amount", |value| match double(value) {
        Some(amount) if amount.is_finite() && amount >= 0.0 => Ok(()),
        None => Ok(()),
        Some(_) => Err("An amount is a number from 0 that fits into 64 bits.".to_owned()),
    })
}

/// Servers keep amounts as doubles.
fn same_amount(one: &Value, other: &Value) -> bool {
    let (one, other) = (double(one), double(other));
    one.is_some() && one == other
}

fn double(value: &Value) -> Option<f64> {
    value.as_number().map(Number::nearest_f64)
}
