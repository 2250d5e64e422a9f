//! A provider configuration that is not known yet lets a plan go on.

use super::webhook;
use crate::support::{Case, cases, mlflow::Server, terraform::Workspace, unique};

pub fn cases() -> Vec<Case> {
    cases![
        a_server_that_is_made_in_the_same_run_can_be_used,
        existing_webhooks_are_planned_from_state_with_one_warning,
    ]
}

fn config(name: &str, url: &str, trigger: &str) -> String {
    format!(
        r#"
resource "terraform_data" "server" {{
  input            = {url:?}
  triggers_replace = {trigger:?}
}}
provider "mlflow" {{
  tracking_uri = terraform_data.server.output
}}
{}"#,
        webhook(name)
    )
}

fn a_server_that_is_made_in_the_same_run_can_be_used() {
    let url = Server::shared().url();
    let workspace = Workspace::bare(&config(&unique("made"), &url, "1"));
    workspace.validate().expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn existing_webhooks_are_planned_from_state_with_one_warning() {
    let (url, name) = (Server::shared().url(), unique("existing"));
    let two = |trigger| {
        let config = config(&name, &url, trigger);
        config.replace("\"it\" {", "\"it\" {\n  count = 2")
    };
    let workspace = Workspace::bare(&two("1"));
    workspace.apply().expect_ok();
    workspace.write("main.tf", &two("2"));
    let plan = workspace.plan().expect_ok();
    let warnings = plan.text().matches("State Not Refreshed").count();
    assert_eq!(warnings, 1, "{}", plan.text());
    let webhooks = workspace.planned_actions().into_iter();
    let webhooks: Vec<_> = webhooks
        .filter(|it| it.0.starts_with("mlflow_webhook"))
        .collect();
    assert_eq!(webhooks, [], "the webhooks themselves do not change");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}
