//! Webhooks, on both registries.

use crate::{
    faults::{
        entity::{Entity, Operation, text},
        registry::{Found, Kind, Registry},
    },
    support::mlflow::Server,
};

pub const WEBHOOK: Entity = Entity {
    type_name: "mlflow_webhook",
    lives_on: &[Kind::Mlflow, Kind::Databricks],
    server: Server::shared,
    meets_every_fault: true,
    request: |operation, kind| {
        Some(match (operation, kind) {
            // Databricks alone has tokens that are asked for.
            (Operation::Token, Kind::Mlflow | Kind::Logins) => return None,
            (Operation::Token, Kind::Databricks) => ("POST", "/oidc/v1/token"),
            (Operation::Create, Kind::Mlflow | Kind::Logins) => ("POST", "/webhooks"),
            (Operation::Create, Kind::Databricks) => ("POST", "/create"),
            (Operation::Read | Operation::List, Kind::Mlflow | Kind::Logins) => {
                ("GET", "/webhooks")
            }
            (Operation::Read | Operation::List, Kind::Databricks) => ("GET", "/list"),
            (Operation::Update, _) => ("PATCH", "webhooks/"),
            (Operation::Delete, _) => ("DELETE", "webhooks/"),
            (Operation::Test, _) => ("POST", "/test"),
        })
    },
    api: |_| "Webhook",
    prepare: |_, _| {},
    configuration: |registry, mark, wish| registry.webhook(mark, wish.text()),
    shown: |state| Found {
        id: text(state, "id"),
        description: text(state, "description"),
    },
    found: Registry::found,
    delete: Registry::tidy,
    dismantle: |_, _| {},
};
