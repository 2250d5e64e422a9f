//! A version is immutable by convention only: what others do to its text is shown, and a new version
//! restores it.

use super::{IT, Subject, TEXT, only};
use crate::support::{Case, cases};

pub fn cases() -> Vec<Case> {
    cases![
        a_text_that_was_rewritten_is_restored_as_a_new_version,
        a_text_that_was_taken_away_or_broken_is_restored,
        settings_and_message_are_set_back_in_place,
        a_bad_version_of_somebody_else_does_not_break_ours,
        one_without_its_mark_is_told,
        a_deleted_one_is_planned_for_creation,
        one_of_a_prompt_that_was_made_anew_is_not_ours,
    ]
}

fn a_text_that_was_rewritten_is_restored_as_a_new_version() {
    let it = Subject::new("rewritten");
    let workspace = it.applied("template = \"Ours\"");
    it.models.set_version_tag(&it.prompt, "1", TEXT, "Theirs");
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    let text = workspace.plan().expect_ok().text();
    assert!(text.contains("\"Theirs\" -> \"Ours\""), "{text}");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.tag("1", TEXT).as_deref(), Some("Theirs"));
    assert_eq!(it.tag("2", TEXT).as_deref(), Some("Ours"));
}

fn a_text_that_was_taken_away_or_broken_is_restored() {
    let it = Subject::new("broken");
    let workspace = it.applied("template = \"Ours\"");
    it.models.delete_version_tag(&it.prompt, "1", TEXT);
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.models
        .set_version_tag(&it.prompt, "2", "_mlflow_prompt_type", "chat");
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.tag("3", TEXT).as_deref(), Some("Ours"));
    it.models.delete_version_tag(&it.prompt, "3", TEXT);
    workspace.destroy().expect_ok();
}

fn settings_and_message_are_set_back_in_place() {
    let it = Subject::new("settings");
    let body = "template = \"Ours\"\n  commit_message = \"Why\"\n  \
                model_config = jsonencode({ model_name = \"m\" })";
    let workspace = it.applied(body);
    let key = "_mlflow_prompt_model_config";
    it.models.set_version_tag(&it.prompt, "1", key, "no JSON");
    it.models.describe_version(&it.prompt, "1", "");
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let version = it.models.version(&it.prompt, "1").unwrap();
    assert_eq!(version["description"], "Why");
    assert!(it.tag("1", key).unwrap().contains("model_name"));
}

/// MLflow's own client fails at all versions of a prompt where one is such.
fn a_bad_version_of_somebody_else_does_not_break_ours() {
    let it = Subject::new("bad");
    let workspace = it.applied("template = \"Ours\"");
    for text in ["no list", "[]", "[{\"role\": \"user\"}]"] {
        it.models.add_prompt_version(&it.prompt, "chat", text);
    }
    it.models.add_versions(&it.prompt, 1);
    workspace.expect_clean_plan();
    it.configure(&workspace, "template = \"New\"");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["version"], "6");
}

fn one_without_its_mark_is_told() {
    let it = Subject::new("unmarked");
    let workspace = it.applied("template = \"Ours\"");
    let mark = "mlflow.prompt.is_prompt";
    it.models.delete_version_tag(&it.prompt, "1", mark);
    let says = ["Version Is a Model", &it.prompt];
    workspace.plan().expect_error_containing(&says);
    it.models.set_version_tag(&it.prompt, "1", mark, "true");
    workspace.expect_clean_plan();
}

fn a_deleted_one_is_planned_for_creation() {
    let it = Subject::new("deleted");
    let workspace = it.applied("template = \"Ours\"");
    it.models.delete_version(&it.prompt, "1");
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.numbers(), ["2"]);
}

/// R4: its versions are numbered from the first again.
fn one_of_a_prompt_that_was_made_anew_is_not_ours() {
    let it = Subject::new("anew");
    let workspace = it.applied("template = \"Ours\"\n  skip_destroy = false");
    it.models.delete(&it.prompt);
    it.models.make_prompt(&it.prompt);
    it.models.add_prompt_version(&it.prompt, "text", "Ours");
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.destroy().expect_ok();
    assert_eq!(it.numbers(), ["1"], "it is theirs");
}
