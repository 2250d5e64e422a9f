//! One webhook is looked up by id or by name.

use serde_json::json;

use super::made_elsewhere;
use crate::support::mlflow::Server;
use crate::support::terraform::Workspace;
use crate::support::{Case, cases, unique};

pub fn cases() -> Vec<Case> {
    cases![
        finds_by_id_and_by_name_all_but_the_secret,
        an_ambiguous_name_lists_the_ids,
        a_missing_webhook_is_said_to_be_missing,
        exactly_one_of_id_and_name_is_needed,
    ]
}

const URL: &str = "http://127.0.0.1:9/hook";

fn finds_by_id_and_by_name_all_but_the_secret() {
    let (server, name) = (Server::shared(), unique("found"));
    let more = json!({"description": "Of old", "status": "DISABLED", "secret": "canary"});
    let id = made_elsewhere(server, &name, URL, more);
    let workspace = Workspace::new(
        server,
        &format!(
            r#"
data "mlflow_webhook" "by_id" {{ id = {id:?} }}
data "mlflow_webhook" "by_name" {{ name = {name:?} }}
output "by_id" {{ value = data.mlflow_webhook.by_id }}
output "by_name" {{ value = data.mlflow_webhook.by_name }}
"#
        ),
    );
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let outputs = workspace.state_json()["values"]["outputs"].take();
    let found = &outputs["by_id"]["value"];
    assert_eq!(*found, outputs["by_name"]["value"]);
    let now = server.rest().webhook_named(&name);
    let expected = json!({
        "id": id,
        "name": name,
        "model_name": null,
        "events": ["registered_model.created"],
        "description": "Of old",
        "status": "DISABLED",
        "creation_timestamp": now["creation_timestamp"],
        "last_updated_timestamp": now["last_updated_timestamp"],
        "http_url_spec": {"url": URL, "enable_ssl_verification": true},
        "job_spec": null,
    });
    assert_eq!(*found, expected);
    assert!(!workspace.state_text().contains("canary"));
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

fn a_missing_webhook_is_said_to_be_missing() {
    let server = Server::shared();
    let id = "00000000-0000-4000-8000-000000000000";
    for (argument, value) in [("id", id), ("name", &unique("missing"))] {
        let config = format!("data \"mlflow_webhook\" \"it\" {{ {argument} = {value:?} }}\n");
        let says = ["Webhook Not Found", value, &server.url()];
        Workspace::new(server, &config)
            .plan()
            .expect_error_containing(&says);
    }
}

fn exactly_one_of_id_and_name_is_needed() {
    for arguments in ["", "id = \"1\"\nname = \"n\""] {
        let config = format!("data \"mlflow_webhook\" \"it\" {{\n{arguments}\n}}\n");
        Workspace::bare(&config)
            .validate()
            .expect_error_containing(&["Need One of ID and Name"]);
    }
}
