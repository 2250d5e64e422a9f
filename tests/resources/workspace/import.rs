//! Workspaces that were made without Terraform come under its care, and so does the server's own.

use std::fs;

use serde_json::json;

use super::{IT, Subject, archival, find, named};
use crate::support::{
    Case, cases,
    mlflow::Server,
    terraform::{Workspace, host_version},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        by_id_and_then_plans_clean,
        by_block_and_by_identity_change_nothing,
        generated_configuration_plans_only_the_import,
        an_unknown_one_is_refused,
        of_the_default_one_which_is_changed_and_never_destroyed,
    ]
}

const ALL: &str = "description = \"Of old\"\n  trace_archival = { retention = \"3d\" }";

fn made(prefix: &str) -> Subject {
    let it = Subject::new(prefix);
    let archival = archival(None, Some("3d"));
    it.make(&json!({"description": "Of old", "trace_archival_config": archival}));
    it
}

fn by_id_and_then_plans_clean() {
    let it = made("import");
    let workspace = it.workspace(ALL);
    workspace.import(IT, &it.name).expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["deletion_mode"], "RESTRICT");
    workspace.destroy().expect_ok();
    assert_eq!(it.find(), None);
}

fn by_block_and_by_identity_change_nothing() {
    let it = made("block");
    let by_id = format!("id = {:?}", it.name);
    let by_identity = format!("identity = {{ name = {:?} }}", it.name);
    let ways = if host_version() >= (1, 12) {
        vec![by_id, by_identity]
    } else {
        vec![by_id]
    };
    for way in ways {
        let import = format!("import {{\n  to = {IT}\n  {way}\n}}\n");
        let config = format!("{import}{}", it.config(ALL));
        let workspace = Workspace::new(Server::with_workspaces(), &config);
        let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
        let text = workspace.apply().expect_ok().text();
        assert!(text.contains(counts), "{way}: {text}");
        workspace.expect_clean_plan();
    }
    it.delete("RESTRICT");
}

fn generated_configuration_plans_only_the_import() {
    let it = made("generated");
    let import = format!("import {{\n  to = {IT}\n  id = {:?}\n}}\n", it.name);
    let generating = import.replace("  id =", "  provider = mlflow\n  id =");
    let workspace = Workspace::new(Server::with_workspaces(), &generating);
    let out = ["plan", "-input=false", "-generate-config-out=generated.tf"];
    workspace.run(&out).expect_ok();
    let written = fs::read_to_string(workspace.path("generated.tf")).unwrap();
    assert!(written.contains("Of old"), "{written}");
    workspace.reconfigure(Server::with_workspaces(), &import);
    let text = workspace.apply().expect_ok().text();
    let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
    assert!(text.contains(counts), "{text}");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn an_unknown_one_is_refused() {
    let workspace = Workspace::new(Server::with_workspaces(), &named("nobody", ""));
    let says = ["Cannot import non-existent remote object"];
    workspace
        .import(IT, &unique("nobody"))
        .expect_error_containing(&says);
    for no_name in ["UPPER", "workspace=team-b/team-a"] {
        let refused = workspace.import(IT, no_name);
        refused.expect_error_containing(&["It is the name that is imported"]);
    }
}

/// Other cases only use it, so its description is this one's.
fn of_the_default_one_which_is_changed_and_never_destroyed() {
    let server = Server::with_workspaces();
    let description = |text: &str| named("default", &format!("description = {text:?}"));
    let workspace = Workspace::new(server, &description("Of everybody"));
    let says = ["Already Exists", "import {", "id = \"default\""];
    workspace.apply().expect_error_containing(&says);
    workspace.import(IT, "default").expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let shown = || find(&server.rest(), "default").expect("it is always there");
    assert_eq!(shown()["description"], "Of everybody");
    let text = workspace.destroy().expect_ok().text();
    assert!(text.contains("Warning: Default Workspace Stays"), "{text}");
    assert!(!workspace.state_text().contains("Of everybody"));
    assert_eq!(shown()["description"], "Of everybody");
}
