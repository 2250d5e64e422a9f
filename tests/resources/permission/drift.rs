//! What others change or take away is seen, whatever else lets the user in.

use serde_json::json;

use super::{Subject, only, permission};
use crate::support::{
    Case,
    access::{PASSWORD, as_user},
    cases,
    experiments::Experiments,
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        a_change_and_a_revocation_are_mended,
        what_roles_permit_does_not_hide_that_it_is_missing,
        a_user_that_is_gone_is_told,
        the_hidden_role_may_be_deleted_or_renamed,
        what_it_is_on_may_be_gone,
        goes_over_to_an_experiment_that_is_made_anew,
        what_a_login_is_not_shown_is_not_dropped,
    ]
}

fn a_change_and_a_revocation_are_mended() {
    let it = Subject::new("drift");
    let workspace = it.applied("READ");
    let hidden = it.access.hidden_role(&it.team, &it.user).unwrap();
    let path = format!("/api/3.0/mlflow/roles/get?role_id={hidden}");
    let role = it.access.rest().expect("GET", &path, &json!(null))["role"].take();
    it.access
        .alter(&role, "registered_model", &it.model, Some("MANAGE"));
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    assert_eq!(it.may(), (200, 403));
    it.access
        .revoke(&it.team, [&it.user, "registered_model", &it.model]);
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    assert_eq!(it.may(), (200, 403));
    it.access
        .revoke(&it.team, [&it.user, "registered_model", &it.model]);
    let no_refresh = ["destroy", "-input=false", "-auto-approve", "-refresh=false"];
    workspace.run(&no_refresh).expect_ok();
    it.access.delete_user(&it.user);
}

/// A27: the effective level is READ all the while.
fn what_roles_permit_does_not_hide_that_it_is_missing() {
    let it = Subject::new("effective");
    let role = it.access.make_role(&it.team, "readers");
    it.access.permit(role, "registered_model", "*", "READ");
    it.access.assign(role, &it.user);
    let workspace = it.applied("READ");
    workspace.expect_clean_plan();
    it.access
        .revoke(&it.team, [&it.user, "registered_model", &it.model]);
    assert_eq!(it.may(), (200, 403));
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    it.access.unassign(role, &it.user);
    assert_eq!(it.may(), (200, 403));
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    it.access.delete_user(&it.user);
}

fn a_user_that_is_gone_is_told() {
    let it = Subject::new("gone");
    let workspace = it.applied("READ");
    it.access.delete_user(&it.user);
    assert_eq!(workspace.planned_actions(), only("create"));
    let says = ["User Not Found", "single sign-on", &it.user];
    workspace.apply().expect_error_containing(&says);
    it.access.make_user(&it.user);
    assert_eq!(it.may(), (403, 403));
    workspace.apply().expect_ok();
    assert_eq!(it.may(), (200, 403));
    workspace.destroy().expect_ok();
    it.access.delete_user(&it.user);
}

/// A34: then all that was permitted to the user alone is gone, or has no name any more.
fn the_hidden_role_may_be_deleted_or_renamed() {
    let it = Subject::new("hidden");
    let workspace = it.applied("READ");
    let hidden = || it.access.hidden_role(&it.team, &it.user).unwrap();
    it.access.delete_role(hidden());
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    assert_eq!(it.may(), (200, 403));
    let id = hidden();
    it.access.change_role(id, json!({"name": "hijacked"}));
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.access.delete_role(id);
    assert_eq!(it.may(), (200, 403));
    workspace.destroy().expect_ok();
    it.access.delete_user(&it.user);
}

/// A31: a deleted experiment leaves what was permitted on it, which can be taken away, and not given.
fn what_it_is_on_may_be_gone() {
    let it = Subject::new("object");
    let experiment = it.access.some_experiment(&it.team, "experiment");
    let more = format!("workspace = {:?}", it.team);
    let config = permission(&it.user, "experiment", &experiment, "READ", &more);
    let workspace = it.access.workspace(&config);
    workspace.apply().expect_ok();
    let path = "/api/2.0/mlflow/experiments/delete";
    let rest = it.access.rest().in_workspace(&it.team);
    rest.expect("POST", path, &json!({"experiment_id": experiment}));
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert_eq!(it.own(), [""; 0]);
    let says = ["Nothing to Permit There", "is deleted", "Restore it"];
    workspace.apply().expect_error_containing(&says);
    it.access.delete_user(&it.user);
}

/// A31: what was permitted on the one before would hold for whichever gets its id.
fn goes_over_to_an_experiment_that_is_made_anew() {
    let it = Subject::new("anew");
    let (name, more) = (unique("anew"), format!("workspace = {:?}", it.team));
    let permission = permission(&it.user, "experiment", "ID", "READ", &more);
    let workspace = it.access.workspace(&format!(
        "resource \"mlflow_experiment\" \"it\" {{\n  name = {name:?}\n  {more}\n}}\n{}",
        permission.replace("\"ID\"", "mlflow_experiment.it.id")
    ));
    workspace.apply().expect_ok();
    let id = || workspace.resource("mlflow_experiment.it")["id"].clone();
    let first = id();
    let experiments = Experiments::of(it.access.rest().in_workspace(&it.team));
    experiments.rename(first.as_str().unwrap(), &unique("elsewhere"));
    experiments.delete(first.as_str().unwrap());
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_ne!(id(), first);
    let id = id().as_str().unwrap().to_owned();
    assert_eq!(it.own(), [format!("experiment/{id}=READ")]);
    assert_eq!(it.access.reads_experiment(&it.team, &it.user, &id), 200);
    workspace.destroy().expect_ok();
    assert_eq!(it.own(), [""; 0]);
    it.access.delete_user(&it.user);
}

/// To an admin of another workspace the server leaves it out.
fn what_a_login_is_not_shown_is_not_dropped() {
    let it = Subject::new("unseen");
    let workspace = it.applied("READ");
    let (ada, other) = (
        it.access.some_user("ada"),
        it.access.some_workspace("other"),
    );
    let admin = |team: &str| {
        it.access.role(team, "admin").unwrap()["id"]
            .as_i64()
            .unwrap()
    };
    it.access.assign(admin(&other), &ada);
    let shared = it.access.make_role(&other, "shared");
    it.access.assign(shared, &it.user);
    let workspace = as_user(workspace, &ada, PASSWORD);
    let says = ["Permission Not Shown", &ada, "MANAGE"];
    workspace.plan().expect_error_containing(&says);
    assert!(workspace.state_text().contains(&it.user));
    it.access.assign(admin(&it.team), &ada);
    workspace.expect_clean_plan();
    it.configure(&workspace, "EDIT", "");
    workspace.apply().expect_ok();
    assert_eq!(it.may(), (200, 200));
    workspace.destroy().expect_ok();
    it.access.delete_user(&it.user);
    it.access.delete_user(&ada);
}
