//! A test delivery as data, for `check` blocks.

use serde_json::json;

use super::made_elsewhere;
use crate::support::mlflow::Server;
use crate::support::receiver::Receiver;
use crate::support::terraform::Workspace;
use crate::support::{Case, cases, unique};

pub fn cases() -> Vec<Case> {
    cases![
        tells_what_the_receiver_answered,
        a_check_warns_and_the_apply_goes_on,
        a_delivery_that_nobody_takes_is_a_result_without_private_parts,
        an_unknown_webhook_is_an_error,
        an_unknown_event_is_refused_without_a_server,
    ]
}

fn tells_what_the_receiver_answered() {
    let (server, receiver) = (Server::shared(), Receiver::start());
    let id = made_elsewhere(server, &unique("tested"), &receiver.url(), json!({}));
    let workspace = Workspace::new(server, &test(&id, "event = \"MODEL_VERSION_CREATED\""));
    workspace.apply().expect_ok();
    let delivered = receiver.wait_for(1);
    assert_eq!(delivered[0].json()["entity"], "model_version");
    let expected = json!({
        "webhook_id": id,
        "event": "MODEL_VERSION_CREATED",
        "success": true,
        "response_status": 200,
        "response_body": "thank you",
        "error_message": "",
    });
    assert_eq!(outcome(&workspace), expected);
    receiver.answer(403);
    workspace.apply().expect_ok();
    let outcome = outcome(&workspace);
    assert_eq!(outcome["success"], false);
    assert_eq!(outcome["response_status"], 403);
    assert_eq!(
        outcome["error_message"],
        "the receiver answered 403: thank you"
    );
    server.rest().delete_webhook(&id);
}

fn a_check_warns_and_the_apply_goes_on() {
    let (server, receiver) = (Server::shared(), Receiver::start());
    let config = format!(
        r#"
resource "mlflow_webhook" "it" {{
  name   = {:?}
  events = ["registered_model.created"]
  http_url_spec {{ url = {:?} }}
}}
check "deliveries_arrive" {{
  data "mlflow_webhook_test" "it" {{ webhook_id = mlflow_webhook.it.id }}
  assert {{
    condition     = data.mlflow_webhook_test.it.success
    error_message = "No delivery: ${{data.mlflow_webhook_test.it.error_message}}."
  }}
}}
"#,
        unique("checked"),
        receiver.url()
    );
    let workspace = Workspace::new(server, &config);
    let fine = workspace.apply().expect_ok();
    assert!(!fine.text().contains("No delivery"), "{}", fine.text());
    receiver.answer(500);
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

fn an_unknown_webhook_is_an_error() {
    let id = "00000000-0000-4000-8000-000000000000";
    let workspace = Workspace::new(Server::shared(), &test(id, ""));
    let says = ["Webhook Not Found", id];
    workspace.plan().expect_error_containing(&says);
}

fn an_unknown_event_is_refused_without_a_server() {
    let workspace = Workspace::bare(&test("1", "event = \"model_version.create\""));
    let says = ["Unknown Event", "model_version.created"];
    workspace.validate().expect_error_containing(&says);
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
