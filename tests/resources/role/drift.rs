//! What others change or delete, and ids that a server gives again.

use serde_json::json;

use super::{IT, Subject, only, permit, proxy};
use crate::support::{
    Case, cases,
    http::Response,
    proxy::{Fault, Loss},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        every_field_is_mended,
        a_deleted_one_is_made_anew_and_its_id_is_not_taken_for_it,
        one_that_was_renamed_is_told,
        an_id_that_a_hidden_role_has_by_now_is_not_it,
        what_has_its_id_by_now_is_not_changed,
        a_bad_answer_at_refresh_drops_nothing,
    ]
}

fn every_field_is_mended() {
    let it = Subject::new("drift");
    let ours = permit("experiment", "*", "READ") + &permit("prompt", "*", "EDIT");
    let workspace = it.applied(&format!("description = \"Ours\"\n{ours}"));
    let mended = || {
        assert_eq!(workspace.planned_actions(), only("update"));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.permits(), ["experiment/*=READ", "prompt/*=EDIT"]);
    };
    let role = || it.access.role(&it.team, &it.name).unwrap();
    it.access
        .change_role(it.id(), json!({"description": "Theirs"}));
    mended();
    it.access.alter(&role(), "experiment", "*", Some("MANAGE"));
    mended();
    it.access.alter(&role(), "prompt", "*", None);
    mended();
    it.access.permit(it.id(), "scorer", "*", "MANAGE");
    mended();
    workspace.destroy().expect_ok();
}

/// Of another workspace too: the id says nothing.
fn a_deleted_one_is_made_anew_and_its_id_is_not_taken_for_it() {
    let it = Subject::new("deleted");
    let workspace = it.applied(&permit("experiment", "*", "READ"));
    it.access.delete_role(it.id());
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    // Made anew by somebody else, under whatever id.
    it.access.delete_role(it.id());
    let id = it.access.make_role(&it.team, &it.name);
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    assert_eq!(workspace.resource(IT)["id"], id.to_string());
    assert_eq!(it.permits(), ["experiment/*=READ"]);
    it.access.delete_role(id);
    let workspace_gone = ["destroy", "-input=false", "-auto-approve", "-refresh=false"];
    workspace.run(&workspace_gone).expect_ok();
}

/// Renamed, or deleted with its id given to another: that cannot be told apart, and neither is taken
/// for the role, nor for its end.
fn one_that_was_renamed_is_told() {
    let it = Subject::new("renamed");
    let workspace = it.applied("");
    let (id, new) = (it.id(), unique("elsewhere"));
    it.access.change_role(id, json!({"name": new}));
    let says = ["Role Renamed or Replaced", &new, "terraform state rm"];
    workspace.plan().expect_error_containing(&says);
    workspace.destroy().expect_error_containing(&says);
    assert!(workspace.state_text().contains(&it.name));
    assert!(it.access.role(&it.team, &new).is_some());
    it.access.change_role(id, json!({"name": it.name}));
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn id(role: i64) -> String {
    format!("\"id\": \"{role}\"")
}

/// Nobody can give a role such a name, so it is no rename.
fn an_id_that_a_hidden_role_has_by_now_is_not_it() {
    let it = Subject::new("hidden");
    let (workspace, ada) = (it.applied(""), it.access.some_user("ada"));
    it.access.grant(&it.team, [&ada, "experiment", "*", "READ"]);
    let hidden = it.access.hidden_role(&it.team, &ada).unwrap();
    let first = it.id();
    it.access.delete_role(first);
    workspace.restate(&id(first), &id(hidden));
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.access.own(&it.team, &ada), ["experiment/*=READ"]);
    workspace.destroy().expect_ok();
}

/// As by a plan that was saved before.
fn what_has_its_id_by_now_is_not_changed() {
    let it = Subject::new("saved");
    let workspace = it.applied("");
    let (first, name) = (it.id(), unique("stranger"));
    let stranger = it.access.make_role(&it.team, &name);
    it.access.delete_role(first);
    workspace.restate(&id(first), &id(stranger));
    let new = format!(
        "description = \"New\"\n{}",
        permit("experiment", "*", "MANAGE")
    );
    it.configure(&workspace, &new);
    let says = ["Role Renamed or Replaced", &name];
    workspace.apply_unrefreshed().expect_error_containing(&says);
    // Made anew by somebody else, under another id.
    it.access.make_role(&it.team, &it.name);
    let says = ["Gone Since the Plan", "another role", "Plan again"];
    workspace.apply_unrefreshed().expect_error_containing(&says);
    let stranger = it.access.role(&it.team, &name).unwrap();
    assert!(stranger["description"].is_null(), "{stranger:#}");
    assert_eq!(it.access.permits(&it.team, &name), [""; 0]);
    assert_eq!(it.permits(), [""; 0]);
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
}

fn a_bad_answer_at_refresh_drops_nothing() {
    let (it, proxy) = (Subject::new("bad"), proxy());
    let workspace = it.access.workspace_at(&proxy.url(), &it.config(""));
    workspace.apply().expect_ok();
    for answer in [
        Response::html(404, "Not Found"),
        Response::html(403, "Permission denied"),
        Response::json_error(500, "INTERNAL_ERROR", ""),
    ] {
        proxy.heal();
        proxy.inject("GET", "/roles/", 9, Fault::Instead(Loss::Answer(answer)));
        assert!(!workspace.plan().is_ok());
    }
    proxy.heal();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}
