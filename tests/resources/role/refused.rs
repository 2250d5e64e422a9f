//! What cannot work is refused as early as it can be known, and nobody's role is taken over.

use super::{IT, Subject, named, permit};
use crate::support::{
    Case,
    access::{PASSWORD, as_user},
    cases,
    mlflow::Server,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        by_validate_without_a_server,
        a_role_of_that_name_is_never_adopted,
        logins_that_may_not_are_told_and_drop_nothing,
        an_admin_of_the_workspace_may,
        an_unknown_workspace_and_a_server_without_logins,
    ]
}

fn by_validate_without_a_server() {
    let read = |kind: &str, pattern: &str| permit(kind, pattern, "READ");
    let refused = [
        ("", String::new(), "name"),
        ("  ", String::new(), "name"),
        ("__user_7__", String::new(), "keeps these names"),
        (
            "r",
            "description = \"".to_owned() + &"d".repeat(1025) + "\"",
            "1024",
        ),
        ("r", read("experiments", "*"), "Expected one of experiment"),
        ("r", read("experiment", "churn"), "digits"),
        ("r", read("experiment", "07"), "leading zeros"),
        ("r", read("registered_model", "churn-*"), "no patterns"),
        ("r", read("registered_model", ""), "resource_pattern"),
        ("r", read("scorer", "3/a b"), "percent-encoded"),
        ("r", read("run", "abc"), "stands for all"),
        ("r", permit("workspace", "team-a", "USE"), "stands for all"),
        ("r", read("workspace", "*"), "USE"),
        ("r", permit("experiment", "*", "read"), "Did you mean READ"),
        ("r", permit("experiment", "*", "NO_PERMISSIONS"), "left out"),
        (
            "r",
            read("experiment", "*") + &permit("experiment", "*", "EDIT"),
            "Permission Given Twice",
        ),
    ];
    let taken = refused.into_iter().filter(|(name, more, says)| {
        let validated = Workspace::bare(&named(name, "team-a", more)).validate();
        !validated.is_refused_with(says)
    });
    assert_eq!(taken.collect::<Vec<_>>(), []);
}

fn a_role_of_that_name_is_never_adopted() {
    let it = Subject::new("taken");
    let id = it.access.make_role(&it.team, &it.name);
    let workspace = it.workspace(&permit("experiment", "*", "READ"));
    let says = [
        "Already Exists",
        "import {",
        IT,
        &format!("workspace={}/{}", it.team, it.name),
    ];
    workspace.apply().expect_error_containing(&says);
    assert!(it.permits().is_empty() && !workspace.state_text().contains(&it.name));
    it.access.delete_role(id);
    workspace.apply().expect_ok();
    // To a name that is taken it cannot be renamed either.
    let other = it.access.make_role(&it.team, "other");
    workspace.reconfigure(it.access.server(), &named("other", &it.team, ""));
    workspace
        .apply()
        .expect_error_containing(&["Already Exists"]);
    assert_eq!(workspace.resource(IT)["name"], it.name.as_str());
    it.access.delete_role(other);
    workspace.destroy().expect_ok();
}

fn logins_that_may_not_are_told_and_drop_nothing() {
    let it = Subject::new("managed");
    let ordinary = it.access.some_user("ordinary");
    let workspace = as_user(it.applied(""), &ordinary, PASSWORD);
    let says = ["Admin Needed", "MANAGE"];
    workspace.plan().expect_error_containing(&says);
    workspace.destroy().expect_error_containing(&says);
    it.access.delete_role(it.id());
    // What is not there is refused in the same words.
    workspace.plan().expect_error_containing(&says);
    assert!(workspace.state_text().contains(&it.name));
    it.access.delete_user(&ordinary);
}

fn an_admin_of_the_workspace_may() {
    let it = Subject::new("local");
    let ada = it.access.some_user("ada");
    let admin = it.access.role(&it.team, "admin").unwrap()["id"]
        .as_i64()
        .unwrap();
    it.access.assign(admin, &ada);
    let workspace = as_user(it.workspace(&permit("prompt", "*", "READ")), &ada, PASSWORD);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.permits(), ["prompt/*=READ"]);
    workspace.destroy().expect_ok();
    let there = named(&it.name, &it.access.some_workspace("other"), "");
    workspace.reconfigure(it.access.server(), &there);
    workspace.apply().expect_error_containing(&["Admin Needed"]);
    it.access.delete_user(&ada);
}

fn an_unknown_workspace_and_a_server_without_logins() {
    let it = Subject::new("nowhere");
    let workspace = it.access.workspace(&named(&it.name, "nowhere", ""));
    let says = ["Workspace Not Found", "nowhere"];
    workspace.apply().expect_error_containing(&says);
    let bare = named(&it.name, "default", "").replace("workspace = \"default\"", "");
    let says = ["Server Without Logins", "--app-name basic-auth"];
    let workspace = Workspace::new(Server::shared(), &bare);
    workspace.apply().expect_error_containing(&says);
}
