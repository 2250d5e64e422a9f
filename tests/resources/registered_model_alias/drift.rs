//! What CI and others do to an alias is shown, and mended unless it is theirs to decide.

use super::{Subject, alias, only};
use crate::support::{Case, cases, feature::Feature, mlflow::Server, terraform::Workspace};

pub fn cases() -> Vec<Case> {
    cases![
        one_that_was_moved_is_moved_back,
        one_that_ci_moves_is_left_where_it_is,
        one_that_was_removed_is_planned_for_creation,
        one_whose_version_was_deleted_is_planned,
        one_whose_model_is_gone_is_planned_for_creation,
    ]
}

fn one_that_was_moved_is_moved_back() {
    let it = Subject::new("moved");
    let workspace = it.applied("1");
    it.models.set_alias(&it.model, "champion", "3");
    assert_eq!(workspace.planned_actions(), only("update"));
    let text = workspace.plan().expect_ok().text();
    assert!(text.contains("~ version = \"3\" -> \"1\""), "{text}");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.champion().as_deref(), Some("1"));
    workspace.destroy().expect_ok();
}

fn one_that_ci_moves_is_left_where_it_is() {
    let it = Subject::new("promoted");
    let ignoring = "lifecycle {\n    ignore_changes = [version]\n  }";
    let config = alias(&it.model, "champion", "1", ignoring);
    let workspace = Workspace::new(Server::shared(), &config);
    workspace.apply().expect_ok();
    it.models.set_alias(&it.model, "champion", "3");
    workspace.expect_clean_plan();
    workspace.apply().expect_ok();
    assert_eq!(it.champion().as_deref(), Some("3"));
    workspace.destroy().expect_ok();
    assert_eq!(it.champion(), None);
}

fn one_that_was_removed_is_planned_for_creation() {
    let it = Subject::new("removed");
    let workspace = it.applied("2");
    it.models.delete_alias(&it.model, "champion");
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.champion().as_deref(), Some("2"));
    workspace.destroy().expect_ok();
}

/// R13: servers before 3.17 leave an alias behind that stands for nothing, and show it as before.
fn one_whose_version_was_deleted_is_planned() {
    let it = Subject::new("dangling");
    let workspace = it.applied("2");
    it.models.delete_version(&it.model, "2");
    let action = if Feature::AliasesGo.is_there() {
        assert_eq!(workspace.planned_actions(), only("create"));
        let says = ["Model Version Not Found", &format!("{}/2", it.model)];
        workspace.apply().expect_error_containing(&says);
        "create"
    } else {
        workspace.expect_clean_plan();
        "update"
    };
    it.configure(&workspace, "3");
    assert_eq!(workspace.planned_actions(), only(action));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.champion().as_deref(), Some("3"));
    workspace.destroy().expect_ok();
}

fn one_whose_model_is_gone_is_planned_for_creation() {
    let it = Subject::new("orphan");
    let workspace = it.applied("2");
    it.models.delete(&it.model);
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_error_containing(&[&it.model]);
    workspace.destroy().expect_ok();
}
