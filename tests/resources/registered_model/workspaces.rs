//! One provider block, several workspaces: nothing lands in the wrong one.

use serde_json::Value;

use super::{IT, named};
use crate::support::{
    Case, cases,
    feature::Feature,
    mlflow::{Options, Server},
    models::Models,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![objects_live_where_they_say]
}

/// Several cases in one, because each would need a server of its own.
fn objects_live_where_they_say() {
    if !Feature::Workspaces.is_there() {
        return;
    }
    let server = Server::start(Options {
        workspaces: true,
        ..Options::default()
    });
    for workspace in ["team-a", "team-b"] {
        server.rest().create_workspace(workspace);
    }
    two_from_one_provider_block(&server);
    a_change_of_workspace_replaces(&server);
    imports_with_a_prefix(&server);
    the_providers_workspace_holds_where_none_is_named(&server);
    an_unknown_workspace_is_told(&server);
}

fn of(server: &Server, workspace: &str) -> Models {
    Models::of(server.rest().in_workspace(workspace))
}

fn two_from_one_provider_block(server: &Server) {
    let each = |workspace: &str| {
        let more = format!("workspace = {workspace:?}\n  description = \"Of {workspace}\"");
        let model = named("churn", &more).replace("\"it\"", &format!("{workspace:?}"));
        format!(
            "{model}resource \"mlflow_registered_model_alias\" {workspace:?} {{\n  \
             workspace = {workspace:?}\n  model_name = mlflow_registered_model.{workspace}.name\n  \
             alias = \"champion\"\n  version = \"1\"\n}}\n"
        )
    };
    let models = format!("{}{}", each("team-a"), each("team-b"));
    let workspace = Workspace::new(server, &models);
    let only_models = [
        "apply",
        "-input=false",
        "-auto-approve",
        "-target=mlflow_registered_model.team-a",
        "-target=mlflow_registered_model.team-b",
    ];
    workspace.run(&only_models).expect_ok();
    of(server, "team-a").add_versions("churn", 1);
    of(server, "team-b").add_versions("churn", 2);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    for team in ["team-a", "team-b"] {
        assert_eq!(of(server, team).description("churn"), format!("Of {team}"));
        assert_eq!(of(server, team).aliases("churn")["champion"], "1");
    }
    assert_eq!(of(server, "default").find("churn"), None);
    for team in ["team-a", "team-b"] {
        of(server, team).delete("churn");
    }
    let planned: Vec<_> = workspace.planned_actions();
    assert!(
        planned.iter().all(|(_, action)| action == "create"),
        "{planned:?}"
    );
    assert_eq!(planned.len(), 4, "{planned:?}");
    workspace.destroy().expect_ok();
}

fn a_change_of_workspace_replaces(server: &Server) {
    let workspace = Workspace::new(server, &named("moving", "workspace = \"team-a\""));
    workspace.apply().expect_ok();
    workspace.reconfigure(server, &named("moving", "workspace = \"team-b\""));
    let replaced = [(IT.to_owned(), "delete-create".to_owned())];
    assert_eq!(workspace.planned_actions(), replaced);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(of(server, "team-a").find("moving"), None);
    assert!(of(server, "team-b").find("moving").is_some());
    workspace.destroy().expect_ok();
}

fn imports_with_a_prefix(server: &Server) {
    of(server, "team-b").make("imported", "Theirs", &[]);
    let config = named(
        "imported",
        "workspace = \"team-b\"\n  description = \"Theirs\"",
    );
    let workspace = Workspace::new(server, &config);
    workspace
        .import(IT, "workspace=team-b/imported")
        .expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["workspace"], "team-b");
    workspace.destroy().expect_ok();

    let models = of(server, "team-b");
    models.make("imported", "", &[]);
    models.add_versions("imported", 2);
    models.set_alias("imported", "champion", "2");
    let alias = "resource \"mlflow_registered_model_alias\" \"it\" {\n  workspace = \"team-b\"\n  \
                 model_name = \"imported\"\n  alias = \"champion\"\n  version = \"2\"\n}\n";
    let workspace = Workspace::new(server, alias);
    let id = "workspace=team-b/imported@champion";
    workspace
        .import("mlflow_registered_model_alias.it", id)
        .expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert!(models.aliases("imported").is_empty());
    models.delete("imported");
    assert_eq!(of(server, "team-b").find("imported"), None);
}

fn the_providers_workspace_holds_where_none_is_named(server: &Server) {
    let workspace =
        Workspace::new(server, &named("inherited", "")).env("MLFLOW_WORKSPACE", "team-a");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["workspace"], "team-a");
    assert!(of(server, "team-a").find("inherited").is_some());
    // Written out, it is the same.
    workspace.reconfigure(server, &named("inherited", "workspace = \"team-a\""));
    workspace.expect_clean_plan();
    workspace.reconfigure(server, &named("inherited", ""));
    let other = workspace.env("MLFLOW_WORKSPACE", "team-b");
    let says = [
        "Lives on Another Registry",
        "set workspace = \"team-a\"",
        "set workspace = \"team-b\"",
    ];
    other.plan().expect_error_containing(&says);
    let back = other.env("MLFLOW_WORKSPACE", "team-a");
    back.expect_clean_plan();
    back.destroy().expect_ok();
    let bare = Workspace::new(server, &named("bare", ""));
    bare.apply().expect_ok();
    assert_eq!(bare.resource(IT)["workspace"], Value::Null);
    assert!(of(server, "default").find("bare").is_some());
    bare.destroy().expect_ok();
}

fn an_unknown_workspace_is_told(server: &Server) {
    let workspace = Workspace::new(server, &named("lost", "workspace = \"nowhere\""));
    let says = ["Workspace Not Found", "nowhere"];
    workspace.apply().expect_error_containing(&says);
}
