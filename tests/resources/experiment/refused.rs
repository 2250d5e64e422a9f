//! What cannot work is refused as early as it can be known, and nobody's experiment is taken over.

use super::{IT, NOTE, Subject, named};
use crate::support::{
    Case, cases,
    registry::{Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        by_validate_without_a_server,
        a_workspace_on_a_server_without,
        import_ids_of_another_form,
    ];
    let twice = on_both![one_of_that_name_is_never_adopted,];
    [once, twice].concat()
}

fn by_validate_without_a_server() {
    let long = "x".repeat(501);
    let refused = [
        ("", "", "name"),
        ("  ", "", "not blank"),
        (&long, "", "at most 500"),
        ("e", "artifact_location = \"relative/path\"", "relative"),
        ("e", "artifact_location = \"~/path\"", "relative"),
        ("e", "artifact_location = \"file:path\"", "relative"),
        ("e", "artifact_location = \"runs:/1/x\"", "runs:"),
        ("e", "artifact_location = \"s3://b/x#y\"", "fragment"),
        ("e", "artifact_location = \"\"", "artifact_location"),
        ("e", "trace_archival_retention = \"30\"", "such as 30d"),
        ("e", "trace_archival_retention = \"0d\"", "such as 30d"),
        ("e", "tags = { \"mlflow.note.content\" = \"x\" }", "mlflow."),
        ("e", "tags = { \"a?b\" = \"x\" }", "a?b"),
        ("e", "tags = { \"a//b\" = \"x\" }", "a//b"),
        ("e", "tags = { a = null }", "tags"),
        ("e", "workspace = \"\"", "workspace"),
    ];
    let taken = refused.into_iter().filter(|(name, more, says)| {
        let validated = Workspace::bare(&named(name, more)).validate();
        !validated.is_refused_with(says)
    });
    assert_eq!(taken.collect::<Vec<_>>(), []);
}

fn one_of_that_name_is_never_adopted<R: Registry>() {
    let it = Subject::<R>::on_its_own("taken");
    let theirs = it
        .experiments
        .make(&it.name, &[(NOTE, "Ours"), ("owner", "we")]);
    let workspace = it.workspace("description = \"Ours\"\n  tags = { owner = \"we\" }");
    let says = [
        "Already Exists",
        "import {",
        IT,
        &format!("id = {theirs:?}"),
    ];
    let refused = workspace.apply().expect_error_containing(&says);
    assert!(
        !refused.text().contains("INSERT INTO"),
        "{}",
        refused.text()
    );
    assert!(!workspace.state_text().contains(&it.name));
    it.experiments.delete(&theirs);
}

fn a_workspace_on_a_server_without() {
    let it = Subject::new("nowhere");
    let workspace = it.workspace("workspace = \"team-a\"");
    workspace.validate().expect_ok();
    let says = ["Workspace Not Supported"];
    workspace.plan().expect_error_containing(&says);
    // The one that every server has.
    it.configure(&workspace, "workspace = \"default\"");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn import_ids_of_another_form() {
    let it = Subject::new("form");
    let workspace = it.workspace("");
    for form in [
        "",
        "name:",
        "workspace=/7",
        "workspace=team-a",
        "01",
        "nightly",
    ] {
        let says = ["Invalid Import ID", "ID or name:NAME"];
        let import = workspace.import(IT, form);
        if form.is_empty() {
            assert!(!import.is_ok());
        } else {
            import.expect_error_containing(&says);
        }
    }
}
