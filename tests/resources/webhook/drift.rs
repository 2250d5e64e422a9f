//! What others change on the server is planned, and mended by an apply.

use serde_json::{Value, json};

use super::{IT, webhook};
use crate::support::mlflow::Server;
use crate::support::terraform::Workspace;
use crate::support::{Case, cases, unique};

pub fn cases() -> Vec<Case> {
    cases![
        mends_every_field,
        plans_one_create_for_a_deleted_one,
        destroys_what_is_gone
    ]
}

fn mends_every_field() {
    let (server, workspace, id) = applied("drift");
    let before = visible(server, &workspace);
    let other_events = json!([{"entity": "MODEL_VERSION", "action": "CREATED"}]);
    for drift in [
        json!({"name": unique("renamed")}),
        json!({"description": "Someone else's"}),
        json!({"status": "DISABLED"}),
        json!({"url": "http://127.0.0.1:9/elsewhere"}),
        json!({"events": other_events}),
    ] {
        // A status that is left out would stay as it is; servers before 3.16 would reset it.
        server.rest().patch_webhook(&id, &drift);
        let planned = workspace.planned_actions();
        assert_eq!(planned, [(IT.to_owned(), "update".to_owned())], "{drift}");
        workspace.apply().expect_ok();
        assert_eq!(visible(server, &workspace), before, "{drift}");
    }
    workspace.destroy().expect_ok();
}

fn plans_one_create_for_a_deleted_one() {
    let (server, workspace, id) = applied("deleted");
    server.rest().delete_webhook(&id);
    assert_eq!(
        workspace.planned_actions(),
        [(IT.to_owned(), "create".to_owned())]
    );
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_ne!(workspace.resource(IT)["id"], id);
    workspace.destroy().expect_ok();
}

fn destroys_what_is_gone() {
    let (server, workspace, id) = applied("gone");
    server.rest().delete_webhook(&id);
    workspace.destroy().expect_ok();
}

fn applied(name: &str) -> (&'static Server, Workspace, String) {
    let server = Server::shared();
    let config = webhook(
        &unique(name),
        "http://127.0.0.1:9/hook",
        "description = \"Ours\"",
    );
    let workspace = Workspace::new(server, &config);
    workspace.apply().expect_ok();
    let id = workspace.resource(IT)["id"].as_str().unwrap().to_owned();
    (server, workspace, id)
}

/// The webhook as the server shows it, without the time of its last change.
fn visible(server: &Server, workspace: &Workspace) -> Value {
    let id = workspace.resource(IT)["id"].clone();
    let mut webhooks = server.rest().webhooks();
    webhooks.retain(|webhook| webhook["webhook_id"] == id);
    let mut webhook = webhooks.remove(0);
    webhook
        .as_object_mut()
        .unwrap()
        .remove("last_updated_timestamp");
    webhook
}
