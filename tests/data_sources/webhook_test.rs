//! A test delivery as data, for `check` blocks.

use std::time::Duration;

use serde_json::json;

use super::made_elsewhere;
use crate::support::{
    Case, cases,
    mlflow::Server,
    proxy::{Fault, Proxy},
    registry::{Made, Registry, on_both},
    terraform::Workspace,
    unique, wait_for,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        a_delivery_that_nobody_takes_is_a_result_without_private_parts,
        an_unknown_event_is_refused_without_a_server,
        ctrl_c_ends_a_delivery_that_hangs,
    ];
    let twice = on_both![
        tells_what_the_receiver_answered,
        a_check_warns_and_the_apply_goes_on,
        an_unknown_webhook_is_an_error,
    ];
    [once, twice].concat()
}

fn tells_what_the_receiver_answered<R: Registry>() {
    let registry = R::start();
    registry.receiver_answers(200);
    let id = registry.make(&Made::named(&unique("tested")));
    let config = test(&id, "event = \"MODEL_VERSION_CREATED\"");
    let workspace = Workspace::bare(&registry.with_provider(&config));
    workspace.apply().expect_ok();
    registry.assert_tested("model_version.created");
    let expected = json!({
        "webhook_id": id,
        "event": "MODEL_VERSION_CREATED",
        "success": true,
        "response_status": 200,
        "response_body": "thank you",
        "error_message": "",
        "workspace": null,
    });
    assert_eq!(outcome(&workspace), expected);
    registry.receiver_answers(403);
    workspace.apply().expect_ok();
    let outcome = outcome(&workspace);
    assert_eq!(outcome["success"], false);
    assert_eq!(outcome["response_status"], 403);
    assert_eq!(
        outcome["error_message"],
        "the receiver answered 403: thank you"
    );
    registry.delete(&id);
}

fn a_check_warns_and_the_apply_goes_on<R: Registry>() {
    let registry = R::start();
    registry.receiver_answers(200);
    let (naming, url) = (
        R::naming(&format!("{:?}", unique("checked"))),
        registry.receiver(),
    );
    let config = format!(
        r#"
resource "mlflow_webhook" "it" {{
  {naming}
  events = ["registered_model.created"]
  http_url_spec {{ url = {url:?} }}
}}
check "deliveries_arrive" {{
  data "mlflow_webhook_test" "it" {{ webhook_id = mlflow_webhook.it.id }}
  assert {{
    condition     = data.mlflow_webhook_test.it.success
    error_message = "No delivery: ${{data.mlflow_webhook_test.it.error_message}}."
  }}
}}
"#
    );
    let workspace = Workspace::bare(&registry.with_provider(&config));
    let fine = workspace.apply().expect_ok();
    assert!(!fine.text().contains("No delivery"), "{}", fine.text());
    registry.receiver_answers(500);
    let run = workspace.apply().expect_ok();
    let text = run.text();
    assert!(
        text.contains("Warning: Check block assertion failed"),
        "{text}"
    );
    assert!(text.contains("No delivery"), "{text}");
    assert!(text.contains("500"), "{text}");
    workspace.destroy().expect_ok();
}

fn a_delivery_that_nobody_takes_is_a_result_without_private_parts() {
    let server = Server::shared();
    let url = "http://ada:canary@127.0.0.1:9/hook?key=canary";
    let id = made_elsewhere(server, &unique("nobody"), url, json!({"secret": "canary"}));
    let workspace = Workspace::new(server, &test(&id, ""));
    workspace.apply().expect_ok();
    let outcome = outcome(&workspace);
    assert_eq!(outcome["success"], false);
    assert_eq!(outcome["response_status"], json!(null));
    let message = outcome["error_message"].as_str().unwrap();
    assert!(message.contains("Failed to test webhook"), "{message}");
    assert!(!workspace.state_text().contains("canary"), "{message}");
    server.rest().delete_webhook(&id);
}

fn an_unknown_webhook_is_an_error<R: Registry>() {
    let id = "00000000-0000-4000-8000-000000000000";
    let registry = R::start();
    let workspace = Workspace::bare(&registry.with_provider(&test(id, "")));
    let says = ["Webhook Not Found", id];
    workspace.plan().expect_error_containing(&says);
}

fn an_unknown_event_is_refused_without_a_server() {
    let workspace = Workspace::bare(&test("1", "event = \"model_version.create\""));
    let says = ["Unknown Event", "model_version.created"];
    workspace.validate().expect_error_containing(&says);
}

/// Long after any machine has ended what it was asked to end.
const HANG: Duration = Duration::from_secs(90);

fn ctrl_c_ends_a_delivery_that_hangs() {
    let server = Server::shared();
    let url = "http://127.0.0.1:9/hook";
    let id = made_elsewhere(server, &unique("hangs"), url, json!({}));
    let proxy = Proxy::start(server.address());
    proxy.inject("POST", "/test", 1, Fault::Late(HANG));
    let workspace = Workspace::at(&proxy.url(), &test(&id, ""));
    let (run, took) = workspace.interrupt(&["plan", "-input=false"], || {
        wait_for("delivery", HANG, || {
            (proxy.count("POST", "/test") > 0).then_some(())
        });
    });
    assert!(!run.is_ok() && took < HANG / 3, "{took:?}: {}", run.text());
    assert!(run.text().contains("Stopped"), "{}", run.text());
    server.rest().delete_webhook(&id);
}

fn test(id: &str, more: &str) -> String {
    format!(
        r#"
data "mlflow_webhook_test" "it" {{
  webhook_id = {id:?}
  {more}
}}
output "outcome" {{ value = data.mlflow_webhook_test.it }}
"#
    )
}

fn outcome(workspace: &Workspace) -> serde_json::Value {
    workspace.state_json()["values"]["outputs"]["outcome"]["value"].take()
}
