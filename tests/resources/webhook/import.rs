//! Webhooks that were made without Terraform come under its care.

use serde_json::json;

use super::{IT, webhook};
use crate::support::mlflow::Server;
use crate::support::receiver::Receiver;
use crate::support::terraform::Workspace;
use crate::support::{Case, cases, unique};

pub fn cases() -> Vec<Case> {
    cases![
        imports_by_id_and_then_plans_clean,
        refuses_to_import_an_unknown_id
    ]
}

fn imports_by_id_and_then_plans_clean() {
    let (server, receiver, name) = (Server::shared(), Receiver::start(), unique("import"));
    let made = server.rest().create_webhook(&json!({
        "name": name,
        "url": receiver.url(),
        "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
    }));
    let id = made["webhook_id"].as_str().unwrap();
    let config = webhook(&name, &receiver.url(), "").replace("secret = \"s3cret\"", "");
    let workspace = Workspace::new(server, &config);
    workspace.import(IT, id).expect_ok();
    assert_eq!(workspace.resource(IT)["name"], name.as_str());
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn refuses_to_import_an_unknown_id() {
    let id = "00000000-0000-4000-8000-000000000000";
    let config = webhook(&unique("unknown"), "http://127.0.0.1:9/", "");
    let workspace = Workspace::new(Server::shared(), &config);
    let says = ["Cannot import non-existent remote object"];
    workspace.import(IT, id).expect_error_containing(&says);
}
