//! One webhook is looked up by id or by name.

use serde_json::json;

use super::made_elsewhere;
use crate::support::{
    Case, cases,
    databricks::Databricks,
    mlflow::Server,
    registry::{Made, Registry, on_both},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        a_name_finds_the_same_as_its_id,
        an_ambiguous_name_lists_the_ids,
        a_missing_name_is_said_to_be_missing,
        a_workspace_has_no_names_to_find,
        exactly_one_of_id_and_name_is_needed,
    ];
    let twice = on_both![
        finds_by_id_all_but_the_secret,
        a_missing_id_is_said_to_be_missing,
    ];
    [once, twice].concat()
}

const URL: &str = "http://127.0.0.1:9/hook";

fn finds_by_id_all_but_the_secret<R: Registry>() {
    let (registry, name) = (R::start(), unique("found"));
    let id = registry.make(&Made {
        description: "Of old",
        status: "DISABLED",
        secret: Some("canary"),
        ..Made::named(&name)
    });
    let workspace = Workspace::bare(&registry.with_provider(&by("id", &id)));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let found = found(&workspace);
    assert!(found["last_updated_timestamp"].as_i64() >= found["creation_timestamp"].as_i64());
    let now = registry.webhook(&name).everything;
    let expected = json!({
        "id": id,
        "name": now["name"],
        "model_name": null,
        "events": [R::spelt("registered_model.created")],
        "description": "Of old",
        "status": "DISABLED",
        "creation_timestamp": now["creation_timestamp"],
        "last_updated_timestamp": found["last_updated_timestamp"],
        "http_url_spec": {"url": registry.receiver(), "enable_ssl_verification": true},
        "job_spec": null,
        "workspace": null,
    });
    assert_eq!(found, expected);
    assert!(!workspace.state_text().contains("canary"));
    registry.delete(&id);
}

fn by(argument: &str, value: &str) -> String {
    format!(
        "data \"mlflow_webhook\" \"it\" {{ {argument} = {value:?} }}\n\
         output \"it\" {{ value = data.mlflow_webhook.it }}\n"
    )
}

fn found(workspace: &Workspace) -> serde_json::Value {
    workspace.state_json()["values"]["outputs"]["it"]["value"].take()
}

fn a_name_finds_the_same_as_its_id() {
    let (server, name) = (Server::shared(), unique("named"));
    let id = made_elsewhere(server, &name, URL, json!({}));
    let both = [("id", &id), ("name", &name)].map(|(argument, value)| {
        let workspace = Workspace::new(server, &by(argument, value));
        workspace.apply().expect_ok();
        found(&workspace)
    });
    assert_eq!(both[0], both[1]);
    server.rest().delete_webhook(&id);
}

fn an_ambiguous_name_lists_the_ids() {
    let (server, name) = (Server::shared(), unique("twins"));
    let ids = [0, 1].map(|_| made_elsewhere(server, &name, URL, json!({})));
    let workspace = Workspace::new(
        server,
        &format!("data \"mlflow_webhook\" \"it\" {{ name = {name:?} }}\n"),
    );
    let says = ["Name Not Unique", &name, &ids[0], &ids[1], "by id instead"];
    workspace.plan().expect_error_containing(&says);
    for id in ids {
        server.rest().delete_webhook(&id);
    }
}

fn a_missing_id_is_said_to_be_missing<R: Registry>() {
    let (registry, id) = (R::start(), "00000000-0000-4000-8000-000000000000");
    let workspace = Workspace::bare(&registry.with_provider(&by("id", id)));
    let says = ["Webhook Not Found", id, &registry.url()];
    workspace.plan().expect_error_containing(&says);
}

fn a_missing_name_is_said_to_be_missing() {
    let (server, name) = (Server::shared(), unique("missing"));
    let says = ["Webhook Not Found", &name, &server.url()];
    let workspace = Workspace::new(server, &by("name", &name));
    workspace.plan().expect_error_containing(&says);
}

fn a_workspace_has_no_names_to_find() {
    let config = Databricks::start().with_provider(&by("name", "x"));
    let says = ["Not Supported by Databricks", "name ="];
    Workspace::bare(&config)
        .plan()
        .expect_error_containing(&says);
}

fn exactly_one_of_id_and_name_is_needed() {
    for arguments in ["", "id = \"1\"\nname = \"n\""] {
        let config = format!("data \"mlflow_webhook\" \"it\" {{\n{arguments}\n}}\n");
        Workspace::bare(&config)
            .validate()
            .expect_error_containing(&["Need One of ID and Name"]);
    }
}
