//! `workspace`: webhooks of several workspaces by one provider block.

use serde_json::{Value, json};

use crate::support::{
    Case, cases,
    databricks::Databricks,
    feature::Feature,
    mlflow::{Options, Server},
    registry::{Mlflow, Registry},
    terraform::Workspace,
    unique,
};

use super::Subject;

pub fn cases() -> Vec<Case> {
    cases![
        two_workspaces_are_served_by_one_provider_block,
        a_workspace_that_cannot_be_is_refused_by_the_plan,
        a_databricks_workspace_has_none_within,
    ]
}

fn two_workspaces_are_served_by_one_provider_block() {
    if !Feature::Workspaces.is_there() {
        // What a server without them says of it is another case.
        return a_workspace_that_cannot_be_is_refused_by_the_plan();
    }
    let server = Server::start(Options {
        workspaces: true,
        ..Options::default()
    });
    for team in ["team-a", "team-b", "team-c"] {
        server.rest().create_workspace(team);
    }
    let (name, receiver) = (unique("teams"), Mlflow::start().receiver());
    let config = |teams: &[&str]| of_teams(&name, &receiver, teams);
    let workspace = Workspace::new(&server, &config(&["team-a", "team-b"]));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let count = |team: &str| {
        let rest = server.rest().in_workspace(team);
        rest.webhooks_named(&name).len()
    };
    let counts = ["team-a", "team-b", "team-c", "default"].map(count);
    assert_eq!(counts, [1, 1, 0, 0]);
    is_found_by_data_sources_and_imports(&server, &workspace, &name, &receiver);

    workspace.reconfigure(&server, &config(&["team-a", "team-c"]));
    let created_or_destroyed = workspace.planned_actions().len();
    assert_eq!(created_or_destroyed, 2, "{:?}", workspace.planned_actions());
    workspace.apply().expect_ok();
    assert_eq!(["team-a", "team-b", "team-c"].map(count), [1, 0, 1]);
    is_gone_with_its_workspace(&server, &workspace);
    workspace.reconfigure(&server, &config(&["team-a"]));
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
}

fn of_teams(name: &str, receiver: &str, teams: &[&str]) -> String {
    format!(
        r#"
resource "mlflow_webhook" "it" {{
  for_each  = toset({teams:?})
  name      = {name:?}
  workspace = each.key
  events    = ["registered_model.created"]
  http_url_spec {{
    url = {receiver:?}
  }}
}}

data "mlflow_webhooks" "it" {{
  workspace  = "team-a"
  depends_on = [mlflow_webhook.it]
}}
"#
    )
}

fn is_found_by_data_sources_and_imports(
    server: &Server,
    workspace: &Workspace,
    name: &str,
    receiver: &str,
) {
    let found = workspace.resource("data.mlflow_webhooks.it");
    assert_eq!(found["webhooks"].as_array().map(Vec::len), Some(1));
    let id = server.rest().in_workspace("team-a").webhook_named(name)["webhook_id"].clone();
    assert_eq!(found["ids"], json!([id]));
    let id = id.as_str().unwrap();
    let importing = format!(
        r#"
import {{
  to = mlflow_webhook.it
  id = "workspace=team-a/{id}"
}}

resource "mlflow_webhook" "it" {{
  name      = {name:?}
  workspace = "team-a"
  events    = ["registered_model.created"]
  http_url_spec {{
    url = {receiver:?}
  }}
}}
"#
    );
    let importing = Workspace::new(server, &importing);
    importing.apply().expect_ok();
    importing.expect_clean_plan();
    assert_eq!(
        importing.resource("mlflow_webhook.it")["workspace"],
        "team-a"
    );
    importing
        .run(&["state", "rm", "mlflow_webhook.it"])
        .expect_ok();
}

/// What a workspace held is gone with it: the next plan creates it, and is not stuck.
fn is_gone_with_its_workspace(server: &Server, workspace: &Workspace) {
    let path = "/api/3.0/mlflow/workspaces/team-c?mode=CASCADE";
    let answer = server.rest().call("DELETE", path, &Value::Null);
    assert_eq!(answer.status, 204, "{}", answer.text());
    let planned = workspace.planned_actions();
    let expected = (
        "mlflow_webhook.it[\"team-c\"]".to_owned(),
        "create".to_owned(),
    );
    assert!(planned.contains(&expected), "{planned:?}");
}

/// Of a server that runs without workspaces. The name that means none is fine everywhere.
fn a_workspace_that_cannot_be_is_refused_by_the_plan() {
    let it = Subject::<Mlflow>::new("homeless");
    let named = it.workspace(&it.signing("workspace = \"team-a\""));
    named
        .plan()
        .expect_error_containing(&["Workspace Not Supported", "workspace"]);
    it.configure(&named, &it.signing("workspace = \"default\""));
    named.apply().expect_ok();
    named.expect_clean_plan();
    it.configure(&named, &it.signing(""));
    named.apply().expect_ok();
    named.destroy().expect_ok();
}

fn a_databricks_workspace_has_none_within() {
    let it = Subject::<Databricks>::new("homeless");
    let named = it.workspace(&it.signing("workspace = \"team-a\""));
    named
        .plan()
        .expect_error_containing(&["Workspace Not Supported", "Databricks"]);
}
