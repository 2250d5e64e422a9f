//! A login that may not do everything: an absent object is told from a forbidden one.

use serde_json::json;

use super::named;
use crate::support::{
    Case, cases,
    mlflow::{Options, Server},
    models::Models,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![a_user_without_rights_is_told_and_drops_nothing]
}

const ADMIN: &str = "correct-horse-battery";
const USER: &str = "ordinary-horse-battery";

/// Several cases in one, because each would need a server of its own.
fn a_user_without_rights_is_told_and_drops_nothing() {
    let server = Server::start(Options {
        admin_password: Some(ADMIN),
        ..Options::default()
    });
    let user = json!({"username": "ordinary", "password": USER});
    server
        .rest()
        .expect("POST", "/api/2.0/mlflow/users/create", &user);
    let models = Models::of(server.rest());
    let mine = named("mine", "description = \"Mine\"");
    let workspace = as_user(Workspace::new(&server, &mine));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();

    // Any user may see what others have, and not change it.
    models.make("theirs", "Theirs", &[]);
    let theirs = as_user(Workspace::new(
        &server,
        &named("theirs", "description = \"Ours\""),
    ));
    theirs
        .import("mlflow_registered_model.it", "theirs")
        .expect_ok();
    theirs
        .apply()
        .expect_error_containing(&["Permission Denied"]);
    assert_eq!(models.description("theirs"), "Theirs");
    theirs
        .destroy()
        .expect_error_containing(&["Permission Denied"]);
    assert!(models.find("theirs").is_some());

    // Before 3.10 an admin is told that it is not there when he deletes it for another.
    let owner = server.anonymous().with_login("ordinary", USER);
    Models::of(owner).delete("mine");
    let created = [("mlflow_registered_model.it".to_owned(), "create".to_owned())];
    assert_eq!(workspace.planned_actions(), created);
    let wrong = workspace.env("MLFLOW_TRACKING_PASSWORD", "wrong-horse-battery");
    wrong.plan().expect_error_containing(&["Not Authenticated"]);
}

fn as_user(workspace: Workspace) -> Workspace {
    workspace
        .env("MLFLOW_TRACKING_USERNAME", "ordinary")
        .env("MLFLOW_TRACKING_PASSWORD", USER)
}
