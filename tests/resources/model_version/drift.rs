//! What others do to a version is shown, and mended where that can be.

use serde_json::json;

use super::{IT, Subject, only};
use crate::support::{
    Case, cases,
    mlflow::Server,
    registry::{Registry, on_both},
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        a_stage_is_no_difference,
        one_that_was_marked_as_a_prompt_is_told,
    ];
    let twice = on_both![
        description_and_tags_that_were_changed_are_set_back,
        a_deleted_one_is_planned_for_creation,
        one_whose_model_is_gone_is_planned_for_creation,
        one_of_a_model_that_was_made_anew_is_not_ours,
    ];
    [once, twice].concat()
}

const ONE: &str = "s3://models/churn/1";

fn description_and_tags_that_were_changed_are_set_back<R: Registry>() {
    let it = Subject::<R>::on_its_own("changed");
    let workspace = it.applied(ONE, "description = \"One\"\n  tags = { a = \"1\" }");
    it.models.describe_version(&it.model, "1", "Theirs");
    it.models.set_version_tag(&it.model, "1", "a", "2");
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.models.delete_version_tag(&it.model, "1", "a");
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    let version = it.models.version(&it.model, "1").unwrap();
    assert_eq!(version["description"], "One");
    assert_eq!(it.models.version_tags(&it.model, "1")["a"], "1");
}

/// Its number is burnt.
fn a_deleted_one_is_planned_for_creation<R: Registry>() {
    let it = Subject::<R>::on_its_own("deleted");
    let workspace = it.applied(ONE, "");
    it.models.delete_version(&it.model, "1");
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["version"], "2");
    it.models.delete_version(&it.model, "2");
    workspace.destroy().expect_ok();
}

fn one_whose_model_is_gone_is_planned_for_creation<R: Registry>() {
    let it = Subject::<R>::on_its_own("orphan");
    let workspace = it.applied(ONE, "");
    it.models.delete(&it.model);
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_error_containing(&[&it.model]);
    workspace.destroy().expect_ok();
}

/// R4: its versions are numbered from the first again.
fn one_of_a_model_that_was_made_anew_is_not_ours<R: Registry>() {
    let it = Subject::<R>::on_its_own("anew");
    let workspace = it.applied(ONE, "skip_destroy = false");
    it.models.delete(&it.model);
    it.models.make(&it.model, "", &[]);
    it.models.add_version(&it.model, json!({"source": ONE}));
    assert_eq!(workspace.planned_actions(), only("create"));
    let unrefreshed = ["destroy", "-input=false", "-auto-approve", "-refresh=false"];
    workspace.run(&unrefreshed).expect_ok();
    assert_eq!(it.numbers(), ["1"], "it is theirs");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["version"], "2");
    workspace.destroy().expect_ok();
    assert_eq!(it.numbers(), ["1"]);
}

/// R17.
fn a_stage_is_no_difference() {
    let it = Subject::new("stage");
    let workspace = it.applied(ONE, "");
    let change = json!({"name": it.model, "version": "1", "stage": "production",
        "archive_existing_versions": false});
    let path = "/api/2.0/mlflow/model-versions/transition-stage";
    Server::shared().rest().expect("POST", path, &change);
    workspace.expect_clean_plan();
}

fn one_that_was_marked_as_a_prompt_is_told() {
    let it = Subject::new("marked");
    let workspace = it.applied(ONE, "");
    let mark = "mlflow.prompt.is_prompt";
    it.models.set_version_tag(&it.model, "1", mark, "true");
    let says = ["Version Is a Prompt", &it.model];
    workspace.plan().expect_error_containing(&says);
    it.models.delete_version_tag(&it.model, "1", mark);
    workspace.expect_clean_plan();
}
