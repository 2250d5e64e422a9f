//! What others change or delete.

use serde_json::json;

use super::{Subject, only, plain, proxy};
use crate::support::{
    Case,
    access::PASSWORD,
    cases,
    feature::Feature,
    http::Response,
    models::Models,
    proxy::{Fault, Loss},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        rights_are_mended_and_a_deleted_user_is_made_anew,
        destroys_what_is_gone,
        a_bad_answer_at_refresh_drops_nothing,
        what_a_user_holds_goes_along_or_is_told,
    ]
}

fn rights_are_mended_and_a_deleted_user_is_made_anew() {
    let it = Subject::new("drift");
    let workspace = it.applied(&plain(PASSWORD));
    it.access.set_admin(&it.name, true);
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    assert!(!it.access.acts_as_admin(&it.name, PASSWORD));
    it.access.delete_user(&it.name);
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    assert!(it.opens(PASSWORD));
    workspace.destroy().expect_ok();
}

fn destroys_what_is_gone() {
    let it = Subject::new("gone");
    let workspace = it.applied(&plain(PASSWORD));
    it.access.delete_user(&it.name);
    let no_refresh = ["destroy", "-input=false", "-auto-approve", "-refresh=false"];
    workspace.run(&no_refresh).expect_ok();
}

fn a_bad_answer_at_refresh_drops_nothing() {
    let (it, proxy) = (Subject::new("bad"), proxy());
    let config = it.config(&plain(PASSWORD));
    let workspace = it.access.workspace_at(&proxy.url(), &config);
    workspace.apply().expect_ok();
    for answer in [
        Response::html(404, "Not Found"),
        Response::html(200, "login"),
        Response::html(403, "Permission denied"),
        Response::json_error(500, "INTERNAL_ERROR", ""),
    ] {
        proxy.clear();
        proxy.heal();
        proxy.inject("GET", "/users/get", 9, Fault::Instead(Loss::Answer(answer)));
        assert!(!workspace.plan().is_ok());
        assert!(workspace.state_text().contains(&it.name));
    }
    proxy.heal();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// A23: to MLflow 3.12 a user that holds anything is not deleted, and the error lists what that is.
fn what_a_user_holds_goes_along_or_is_told() {
    let (it, model) = (Subject::new("holder"), unique("held"));
    let workspace = it.applied(&plain(PASSWORD));
    if Feature::Roles.is_there() {
        let team = it.access.some_workspace("holding");
        let role = it.access.make_role(&team, "members");
        it.access.permit(role, "workspace", "*", "USE");
        it.access.assign(role, &it.name);
        let rest = it.access.login(&it.name, PASSWORD).in_workspace(&team);
        Models::of(rest).make(&model, "", &[]);
        workspace.destroy().expect_ok();
        assert!(it.access.user(&it.name).is_none());
        return;
    }
    let rest = it.access.rest();
    Models::of(rest.clone()).make(&model, "", &[]);
    let path = |what: &str| format!("/api/2.0/mlflow/registered-models/permissions/{what}");
    let grant = json!({"name": model, "username": it.name, "permission": "EDIT"});
    rest.expect("POST", &path("create"), &grant);
    let says = ["User Holds Permissions", &model, "EDIT"];
    workspace.destroy().expect_error_containing(&says);
    assert!(it.opens(PASSWORD));
    let grant = json!({"name": model, "username": it.name});
    rest.expect("DELETE", &path("delete"), &grant);
    workspace.destroy().expect_ok();
}
