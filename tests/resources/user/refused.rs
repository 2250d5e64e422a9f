//! What cannot work is refused as early as it can be known, and nobody's user is taken over.

use super::{IT, Subject, named, plain};
use crate::support::{
    Case,
    access::{Access, PASSWORD, as_user},
    cases,
    databricks::Databricks,
    mlflow::Server,
    registry::Registry,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        by_validate_without_a_server,
        a_new_user_needs_a_password,
        a_user_of_that_name_is_never_adopted,
        logins_that_may_not_are_told_and_drop_nothing,
        a_server_without_logins,
        databricks,
    ]
}

/// A22: a server takes passwords of any length.
fn by_validate_without_a_server() {
    let long = format!("username{}", "e".repeat(250));
    let refused = [
        ("", plain(PASSWORD), "username"),
        ("a:b", plain(PASSWORD), "colon"),
        (&long, plain(PASSWORD), "255"),
        ("ada", plain(""), "password"),
        ("ada", plain("eleven-long"), "12 characters"),
        (
            "ada",
            "password_wo = \"eleven-long\"\n  password_wo_version = 1".to_owned(),
            "12 characters",
        ),
        (
            "ada",
            format!("password_wo = {PASSWORD:?}"),
            "password_wo_version",
        ),
        ("ada", "password_wo_version = 1".to_owned(), "Missing Value"),
        (
            "ada",
            format!(
                "{}\n  password_wo = {PASSWORD:?}\n  password_wo_version = 1",
                plain(PASSWORD)
            ),
            "Secret Given Twice",
        ),
    ];
    let taken = refused.into_iter().filter(|(name, more, says)| {
        let validated = Workspace::bare(&named(name, more)).validate();
        let is_old = validated.is_refused_with("Write-only attributes are only supported");
        !validated.is_refused_with(says) && !is_old
    });
    assert_eq!(taken.collect::<Vec<_>>(), []);
}

fn a_new_user_needs_a_password() {
    let it = Subject::new("without");
    let workspace = it.workspace("");
    workspace.validate().expect_ok();
    let says = ["Missing Password", "import"];
    workspace.plan().expect_error_containing(&says);
    // One that turns out to be none.
    let maybe = "resource \"terraform_data\" \"it\" {}\n";
    let null = "password = terraform_data.it.id == \"\" ? \"twelve-letters\" : null";
    let workspace = it.access.workspace(&format!("{maybe}{}", it.config(null)));
    workspace
        .apply()
        .expect_error_containing(&["Missing Password"]);
    assert!(it.access.user(&it.name).is_none());
}

fn a_user_of_that_name_is_never_adopted() {
    let it = Subject::new("taken");
    it.access.make_user(&it.name);
    let workspace = it.workspace(&plain("other-horse-battery"));
    let says = ["Already Exists", "import {", IT, &it.name];
    workspace.apply().expect_error_containing(&says);
    assert!(!workspace.state_text().contains(&it.name));
    assert!(it.opens(PASSWORD));
    it.access.delete_user(&it.name);
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
}

fn logins_that_may_not_are_told_and_drop_nothing() {
    let (it, access) = (Subject::new("managed"), Access::shared());
    let ordinary = access.some_user("ordinary");
    let workspace = it.applied(&plain(PASSWORD));
    let workspace = as_user(workspace, &ordinary, PASSWORD);
    let says = ["Admin Needed", "is_admin"];
    workspace.plan().expect_error_containing(&says);
    workspace.destroy().expect_error_containing(&says);
    assert!(workspace.state_text().contains(&it.name) && it.opens(PASSWORD));
    let new = Subject::new("new");
    let workspace = as_user(new.workspace(&plain(PASSWORD)), &ordinary, PASSWORD);
    workspace.apply().expect_error_containing(&says);
    let wrong = as_user(workspace, &ordinary, "wrong-horse-battery");
    wrong
        .apply()
        .expect_error_containing(&["Not Authenticated"]);
    access.delete_user(&it.name);
    access.delete_user(&ordinary);
}

fn a_server_without_logins() {
    let workspace = Workspace::new(Server::shared(), &named("ada", &plain(PASSWORD)));
    let says = ["Server Without Logins", "--app-name basic-auth"];
    workspace.apply().expect_error_containing(&says);
}

fn databricks() {
    let config = Databricks::at("http://127.0.0.1:9", &named("ada", &plain(PASSWORD)));
    let says = ["Not Supported by Databricks", "user"];
    Workspace::bare(&config)
        .plan()
        .expect_error_containing(&says);
}
