//! What cannot work is refused as early as it can be known, and nobody's workspace is taken over.

use serde_json::json;

use super::{API, IT, Subject, behind, named};
use crate::support::{
    Case, cases, databricks::Databricks, feature::Feature, mlflow::Server, proxy::Proxy,
    registry::Registry, terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![one_of_that_name_is_never_adopted]
}

/// Those that need no server with workspaces.
pub fn cases_without() -> Vec<Case> {
    cases![
        by_validate_without_a_server,
        by_plan_on_a_server_without_workspaces,
        by_plan_on_databricks,
    ]
}

fn by_validate_without_a_server() {
    let long = "x".repeat(64);
    let refused = [
        ("", "", "name"),
        ("a", "", "2 to 63"),
        (&long, "", "2 to 63"),
        ("Team", "", "lower-case"),
        ("-team", "", "lower-case"),
        ("team_a", "", "lower-case"),
        ("api", "", "keeps this name"),
        ("workspaces", "", "keeps this name"),
        ("ok", "default_artifact_root = \"relative\"", "relative"),
        ("ok", "default_artifact_root = \"s3://b/x \"", "space"),
        ("ok", "default_artifact_root = \"s3://b/x#y\"", "fragment"),
        (
            "ok",
            "default_artifact_root = \"\"",
            "default_artifact_root",
        ),
        ("ok", "trace_archival = { location = \"/srv\" }", "scheme"),
        (
            "ok",
            "trace_archival = { location = \"mlflow-artifacts:/x\" }",
            "scheme",
        ),
        (
            "ok",
            "trace_archival = { retention = \"3\" }",
            "such as 30d",
        ),
        ("ok", "deletion_mode = \"cascade\"", "Did you mean CASCADE?"),
        ("ok", "deletion_mode = \"\"", "deletion_mode"),
    ];
    let taken = refused.into_iter().filter(|(name, more, says)| {
        let validated = Workspace::bare(&named(name, more)).validate();
        !validated.is_refused_with(says)
    });
    assert_eq!(taken.collect::<Vec<_>>(), []);
}

fn one_of_that_name_is_never_adopted() {
    let it = Subject::new("taken");
    it.make(&json!({"description": "Ours"}));
    let workspace = it.workspace("description = \"Ours\"");
    let says = ["Already Exists", "import {", IT, &it.name];
    workspace.apply().expect_error_containing(&says);
    assert!(!workspace.state_text().contains(&it.name));
    it.delete("RESTRICT");
}

/// Such a server answers with the status of a gateway that could not pass the request on.
fn by_plan_on_a_server_without_workspaces() {
    let proxy = Proxy::start(Server::shared().address());
    let workspace = Workspace::bare(&behind(&proxy, &named("team", "")));
    let says: &[&str] = match Feature::Workspaces.is_there() {
        true => &["Workspaces Not Enabled", "--enable-workspaces"],
        false => &["MLflow Server Too Old", "3.10"],
    };
    workspace.plan().expect_error_containing(says);
    assert_eq!(proxy.count("POST", API), 0);
    let data = "data \"mlflow_workspaces\" \"all\" {}\n";
    workspace.write("main.tf", &behind(&proxy, data));
    proxy.clear();
    workspace.plan().expect_error_containing(says);
    assert_eq!(proxy.count("GET", API), 1, "it is final");
}

fn by_plan_on_databricks() {
    let config = Databricks::at("http://127.0.0.1:9", &named("team", ""));
    let workspace = Workspace::bare(&config);
    workspace.validate().expect_ok();
    let says = ["Not Supported by Databricks", "workspace"];
    workspace.plan().expect_error_containing(&says);
    for data in ["mlflow_workspaces", "mlflow_server"] {
        let data = format!("data {data:?} \"it\" {{}}\n");
        let config = Databricks::at("http://127.0.0.1:9", &data);
        let says = ["Not Supported by Databricks"];
        Workspace::bare(&config)
            .plan()
            .expect_error_containing(&says);
    }
}
