//! From `terraform apply` to a signed delivery, and back to nothing.

use super::{IT, webhook};
use crate::support::http::Request;
use crate::support::mlflow::Server;
use crate::support::proxy::Proxy;
use crate::support::receiver::{Receiver, is_signed_with};
use crate::support::terraform::Workspace;
use crate::support::{Case, cases, unique};

pub fn cases() -> Vec<Case> {
    cases![
        applies_plans_clean_delivers_signed_and_destroys,
        updates_in_place,
        validates_without_a_connection,
        refuses_a_misspelt_event_without_a_registry,
    ]
}

fn applies_plans_clean_delivers_signed_and_destroys() {
    let (server, receiver, name) = (Server::shared(), Receiver::start(), unique("lifecycle"));
    let workspace = Workspace::new(server, &webhook(&name, &receiver.url(), ""));
    let applied = workspace.apply().expect_ok();
    assert!(
        applied.text().contains("1 added, 0 changed, 0 destroyed"),
        "{}",
        applied.text()
    );
    workspace.expect_clean_plan();

    server.rest().register_model(&name);
    let mine = |delivery: &Request| delivery.json()["data"]["name"] == name.as_str();
    let deliveries = receiver.wait_for_matching(1, mine);
    assert!(is_signed_with(&deliveries[0], "s3cret"));

    let webhook = server.rest().webhook_named(&name);
    assert_eq!(workspace.resource(IT)["id"], webhook["webhook_id"]);
    workspace.destroy().expect_ok();
    assert_eq!(server.rest().webhooks_named(&name).len(), 0);
}

fn updates_in_place() {
    let (server, name) = (Server::shared(), unique("update"));
    let url = "http://127.0.0.1:9/hook";
    let workspace = Workspace::new(server, &webhook(&name, url, "description = \"First\""));
    workspace.apply().expect_ok();
    let before = workspace.resource(IT);

    workspace.reconfigure(server, &webhook(&name, url, "status = \"DISABLED\""));
    assert_eq!(
        workspace.planned_actions(),
        [(IT.to_owned(), "update".to_owned())]
    );
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();

    let after = server.rest().webhook_named(&name);
    assert_eq!(after["webhook_id"], before["id"]);
    assert_eq!(after["status"], "DISABLED");
    assert_eq!(after.get("description"), None);
    workspace.destroy().expect_ok();
}

fn validates_without_a_connection() {
    let proxy = Proxy::start(Server::shared().address());
    let config = webhook(&unique("validate"), "http://127.0.0.1:9/", "");
    Workspace::at(&proxy.url(), &config).validate().expect_ok();
    assert_eq!(proxy.requests().len(), 0);
}

fn refuses_a_misspelt_event_without_a_registry() {
    let config = webhook("misspelt", "https://example.com/", "")
        .replace("registered_model.created", "registered_model.craeted");
    let refused = Workspace::bare(&config).validate();
    refused.expect_error_containing(&["registered_model.craeted", "registered_model.created"]);
}
