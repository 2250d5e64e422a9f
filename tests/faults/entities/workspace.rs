//! Workspaces of a server that has them.

use serde_json::Value as Json;
use terraform_provider_mlflow::wire::Value;

use crate::{
    faults::{
        entity::{Entity, Operation, of_json, text},
        registry::{Found, Kind},
    },
    support::mlflow::Server,
};

/// One request each, and a look before it is made: an answer tells no time of creation.
pub const WORKSPACE: Entity = Entity {
    type_name: "mlflow_workspace",
    lives_on: &[Kind::Mlflow],
    server: Server::with_workspaces,
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create => ("POST", "mlflow/workspaces"),
            Operation::Read | Operation::List => ("GET", "mlflow/workspaces"),
            Operation::Update => ("PATCH", "mlflow/workspaces"),
            Operation::Delete => ("DELETE", "mlflow/workspaces"),
            Operation::Test | Operation::Token => return None,
        })
    },
    api: |_| "Workspace",
    prepare: |_, _| {},
    configuration: |_, mark, wish| {
        let traces = format!("s3://bucket/{}", wish.text());
        let traces = [
            ("location", Value::string(traces)),
            ("retention", Value::string("30d")),
        ];
        Value::object([
            ("name", Value::string(mark)),
            ("description", Value::string(wish.text())),
            ("trace_archival", Value::object(traces)),
            ("deletion_mode", Value::string("RESTRICT")),
        ])
    },
    shown: |state| Found {
        id: text(state, "name"),
        description: text(state, "description"),
    },
    found: |_, mark| {
        let all = workspaces().into_iter();
        let marked = all.filter(|it| it["name"] == mark);
        let found = marked.map(|it| Found {
            id: of_json(&it["name"]),
            description: of_json(&it["description"]),
        });
        found.collect()
    },
    delete: |_, mark| {
        let path = format!("{WORKSPACES}/{mark}?mode=CASCADE");
        let rest = Server::with_workspaces().rest();
        rest.call("DELETE", &path, &Json::Null);
    },
    dismantle: |_, _| {},
};

const WORKSPACES: &str = "/api/3.0/mlflow/workspaces";

fn workspaces() -> Vec<Json> {
    let rest = Server::with_workspaces().rest();
    let found = rest.expect("GET", WORKSPACES, &Json::Null);
    found["workspaces"].as_array().cloned().unwrap_or_default()
}
