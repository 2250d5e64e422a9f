//! What lives in a workspace, and what becomes of it when the workspace is removed elsewhere.

use super::{IT, Subject};
use crate::support::{
    Case, cases, experiments::Experiments, mlflow::Server, terraform::Workspace, unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        goes_with_a_workspace_that_is_removed_elsewhere,
        goes_with_one_that_is_no_part_of_the_configuration,
        moves_to_the_default_one_and_is_planned_anew,
        experiments_live_where_they_say,
        experiments_cannot_say_where_artifacts_go,
    ]
}

fn experiment(workspace: &str, more: &str) -> String {
    format!(
        "resource \"mlflow_experiment\" \"it\" {{\n  workspace = {workspace}\n  \
         name = \"churn\"\n  {more}\n}}\n"
    )
}

fn with_an_experiment(it: &Subject) -> Workspace {
    let in_it = experiment("mlflow_workspace.it.name", "");
    let config = it.config("deletion_mode = \"CASCADE\"");
    let workspace = Workspace::new(Server::with_workspaces(), &format!("{config}{in_it}"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace
}

fn both() -> [(String, String); 2] {
    ["mlflow_experiment.it", IT].map(|it| (it.to_owned(), "create".to_owned()))
}

fn goes_with_a_workspace_that_is_removed_elsewhere() {
    let it = Subject::new("removed");
    let workspace = with_an_experiment(&it);
    it.delete("CASCADE");
    assert_eq!(workspace.planned_actions(), both());
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(it.experiments().find_named("churn").is_some());
    it.delete("CASCADE");
    workspace.destroy().expect_ok();
}

/// Where it is not made anew, the apply says what is missing, and a destroy has nothing to do.
fn goes_with_one_that_is_no_part_of_the_configuration() {
    let it = Subject::new("foreign");
    it.make(&serde_json::json!({}));
    let config = experiment(&format!("{:?}", it.name), "");
    let workspace = Workspace::new(Server::with_workspaces(), &config);
    workspace.apply().expect_ok();
    it.delete("CASCADE");
    let created = ("mlflow_experiment.it".to_owned(), "create".to_owned());
    assert_eq!(workspace.planned_actions(), [created]);
    let says = ["Workspace Not Found"];
    workspace.apply().expect_error_containing(&says);
    workspace.destroy().expect_ok();
}

fn moves_to_the_default_one_and_is_planned_anew() {
    let it = Subject::new("moved");
    let workspace = with_an_experiment(&it);
    let theirs = it.experiments().named("churn")["experiment_id"].clone();
    // In the default workspace every name must be free.
    let id = theirs.as_str().unwrap();
    it.experiments().rename(id, &unique("churn"));
    it.delete("SET_DEFAULT");
    assert_eq!(workspace.planned_actions(), both());
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert!(
        Experiments::of(it.rest.clone()).is_active(id),
        "it is not ours any more"
    );
}

fn experiments_live_where_they_say() {
    let teams = [Subject::new("team-a"), Subject::new("team-b")];
    let server = Server::with_workspaces();
    for team in &teams {
        team.make(&serde_json::json!({}));
    }
    let each = teams.each_ref().map(|team| format!("{:?}", team.name));
    let config = format!(
        "resource \"mlflow_experiment\" \"it\" {{\n  for_each = toset([{}])\n  \
         workspace = each.key\n  name = \"churn\"\n  description = \"Of ${{each.key}}\"\n}}\n",
        each.join(", ")
    );
    let workspace = Workspace::new(server, &config);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    for team in &teams {
        let id = team.experiments().named("churn")["experiment_id"].clone();
        let tags = team.experiments().tags(id.as_str().unwrap());
        assert_eq!(tags["mlflow.note.content"], format!("Of {}", team.name));
    }
    workspace.destroy().expect_ok();

    // Imported by the name in its workspace, and moved to another: that is a new one.
    let id = teams[0].experiments().make("fraud", &[]);
    let single =
        |team: &Subject| experiment(&format!("{:?}", team.name), "").replace("churn", "fraud");
    let workspace = Workspace::new(server, &single(&teams[0]));
    let import = format!("workspace={}/name:fraud", teams[0].name);
    workspace
        .import("mlflow_experiment.it", &import)
        .expect_ok();
    workspace.expect_clean_plan();
    let state = workspace.resource("mlflow_experiment.it");
    assert_eq!(state["id"], id.as_str());
    assert_eq!(state["workspace"], teams[0].name.as_str());
    workspace.reconfigure(server, &single(&teams[1]));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(!teams[0].experiments().is_active(&id));
    workspace.destroy().expect_ok();
    for team in &teams {
        team.delete("CASCADE");
    }
}

fn experiments_cannot_say_where_artifacts_go() {
    let it = Subject::new("placed");
    it.make(&serde_json::json!({"default_artifact_root": "s3://bucket/base"}));
    let server = Server::with_workspaces();
    let name = format!("{:?}", it.name);
    for workspace in [&name, "\"default\""] {
        let placed = experiment(workspace, "artifact_location = \"s3://bucket/own\"");
        let workspace = Workspace::new(server, &placed);
        let says = ["Artifact Location Not Supported", "default_artifact_root"];
        workspace.plan().expect_error_containing(&says);
    }
    let workspace = Workspace::new(server, &experiment(&name, ""));
    workspace.apply().expect_ok();
    let state = workspace.resource("mlflow_experiment.it");
    let location = state["artifact_location"].as_str().unwrap();
    assert!(location.starts_with("s3://bucket/base/"), "{location}");
    // What it has already may be written down.
    let written = experiment(&name, &format!("artifact_location = {location:?}"));
    workspace.reconfigure(server, &written);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    it.delete("CASCADE");
}
