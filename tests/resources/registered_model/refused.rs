//! What cannot work is refused as early as it can be known, and nobody's model is taken over.

use super::{IT, Subject, named};
use crate::support::{
    Case, cases, databricks::Databricks, feature::Feature, registry::Registry, terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        by_validate_without_a_server,
        a_model_or_prompt_of_that_name_is_never_adopted,
        a_workspace_on_a_server_without,
        a_workspace_on_databricks,
    ]
}

fn by_validate_without_a_server() {
    let refused = [
        ("", "", "name"),
        ("  ", "", "name"),
        ("a/b", "", "/"),
        ("a:b", "", ":"),
        (".", "", "name"),
        ("..", "", "name"),
        ("../a", "", "/"),
        ("m", "tags = { \"mlflow.note\" = \"x\" }", "mlflow."),
        ("m", "tags = { \"_mlflow_x\" = \"x\" }", "_mlflow_"),
        (
            "m",
            "tags = { \"mlflow.prompt.is_prompt\" = \"true\" }",
            "mlflow.",
        ),
        ("m", "tags = { \"a?b\" = \"x\" }", "a?b"),
        ("m", "tags = { \"a//b\" = \"x\" }", "a//b"),
        ("m", "tags = { \"/a\" = \"x\" }", "/a"),
        ("m", "tags = { \"\" = \"x\" }", "tags"),
        ("m", "tags = { a = null }", "tags"),
    ];
    let taken = refused.into_iter().filter(|(name, more, says)| {
        let validated = Workspace::bare(&named(name, more)).validate();
        !validated.is_refused_with(says)
    });
    assert_eq!(taken.collect::<Vec<_>>(), []);
}

fn a_model_or_prompt_of_that_name_is_never_adopted() {
    let it = Subject::new("taken");
    it.models.make(&it.name, "Theirs", &[("owner", "they")]);
    let config = "description = \"Theirs\"\n  tags = { owner = \"they\" }";
    let workspace = it.workspace(config);
    let says = ["Already Exists", "import {", IT, &it.name];
    workspace.apply().expect_error_containing(&says);
    assert!(!workspace.state_text().contains(&it.name));
    it.models.delete(&it.name);

    it.models.make_prompt(&it.name);
    let says = ["Already Exists", "prompt", &it.name];
    workspace.apply().expect_error_containing(&says);
    it.models.delete(&it.name);
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
}

fn a_workspace_on_a_server_without() {
    let it = Subject::new("nowhere");
    let workspace = it.workspace("workspace = \"team-a\"");
    workspace.validate().expect_ok();
    let advice = match Feature::Workspaces.is_there() {
        true => "--enable-workspaces",
        false => "older than 3.10",
    };
    let says = ["Workspace Not Supported", advice];
    workspace.plan().expect_error_containing(&says);
    // The one that every server has.
    it.configure(&workspace, "workspace = \"default\"");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.configure(&workspace, "");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn a_workspace_on_databricks() {
    let config = Databricks::at("http://127.0.0.1:9", &named("m", "workspace = \"team-a\""));
    let workspace = Workspace::bare(&config);
    workspace.validate().expect_ok();
    let says = ["Workspace Not Supported", "Databricks"];
    workspace.plan().expect_error_containing(&says);
}
