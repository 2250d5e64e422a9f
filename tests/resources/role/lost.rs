//! Answers that are lost, and applies that are cut: state and server agree, and the next apply goes on.

use std::time::Duration;

use super::{IT, Subject, permit, proxy};
use crate::support::{
    Case, cases,
    http::Response,
    proxy::{Fault, Loss},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        an_answer_to_a_create_leaves_one_role,
        a_creation_that_is_cut_is_undone,
        a_change_that_is_cut_is_finished_by_the_next_apply,
        a_rename_whose_answer_is_lost_is_settled,
    ]
}

fn refusing() -> Fault {
    Fault::Instead(Loss::Answer(Response::json_error(
        500,
        "INTERNAL_ERROR",
        "",
    )))
}

fn an_answer_to_a_create_leaves_one_role() {
    for loss in [Loss::Close, Loss::Answer(Response::html(200, "login"))] {
        let (it, proxy) = (Subject::new("once"), proxy());
        proxy.inject("POST", "/roles/create", 1, Fault::Afterwards(loss));
        let config = it.config(&permit("experiment", "*", "READ"));
        let workspace = it.access.workspace_at(&proxy.url(), &config);
        workspace.apply().expect_ok();
        assert_eq!(proxy.count("POST", "/roles/create"), 1);
        assert_eq!(workspace.resource(IT)["id"], it.id().to_string());
        workspace.expect_clean_plan();
        proxy.inject("DELETE", "/roles/delete", 1, Fault::Afterwards(Loss::Close));
        workspace.destroy().expect_ok();
    }
}

fn a_creation_that_is_cut_is_undone() {
    let (it, proxy) = (Subject::new("halves"), proxy());
    let both = permit("experiment", "*", "READ") + &permit("prompt", "*", "READ");
    let workspace = it.access.workspace_at(&proxy.url(), &it.config(&both));
    proxy.inject("POST", "/roles/permissions/add", 9, refusing());
    workspace
        .apply()
        .expect_error_containing(&["Registry Error"]);
    assert_eq!(it.access.role(&it.team, &it.name), None);
    assert!(!workspace.state_text().contains(&it.name));
    proxy.heal();
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
}

fn behind(workspace: &Workspace, url: &str, config: &str) {
    let provider = format!("provider \"mlflow\" {{\n  tracking_uri = {url:?}\n}}\n");
    workspace.write("main.tf", &format!("{provider}{config}"));
}

fn a_change_that_is_cut_is_finished_by_the_next_apply() {
    let (it, proxy) = (Subject::new("cut"), proxy());
    let config = it.config(&permit("experiment", "*", "READ"));
    let workspace = it.access.workspace_at(&proxy.url(), &config);
    workspace.apply().expect_ok();
    let changed = permit("prompt", "*", "EDIT") + &permit("scorer", "*", "READ");
    behind(
        &workspace,
        &proxy.url(),
        &it.config(&format!("description = \"New\"\n{changed}")),
    );
    proxy.inject("DELETE", "/roles/permissions/remove", 9, refusing());
    workspace
        .apply()
        .expect_error_containing(&["Registry Error"]);
    let state = workspace.resource(IT);
    assert_eq!(state["description"], "New");
    assert_eq!(
        state["permission"].as_array().map(Vec::len),
        Some(3),
        "{state:#}"
    );
    proxy.heal();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.permits(), ["prompt/*=EDIT", "scorer/*=READ"]);
    workspace.destroy().expect_ok();
}

fn a_rename_whose_answer_is_lost_is_settled() {
    let (it, proxy) = (Subject::new("rename"), proxy());
    let workspace = it.access.workspace_at(&proxy.url(), &it.config(""));
    workspace.apply().expect_ok();
    let id = it.id();
    let new = Subject {
        name: unique("renamed"),
        team: it.team.clone(),
        access: it.access.clone(),
    };
    behind(&workspace, &proxy.url(), &new.config(""));
    proxy.inject("PATCH", "/roles/update", 1, Fault::Afterwards(Loss::Close));
    workspace.apply().expect_ok();
    assert_eq!(new.id(), id);
    // Once it was looked at, nothing can be found out any more, until the next run.
    behind(&workspace, &proxy.url(), &it.config(""));
    proxy.inject("PATCH", "/roles/update", 9, Fault::Afterwards(Loss::Close));
    proxy.inject("GET", "/roles/get", 1, Fault::Late(Duration::ZERO));
    proxy.inject("GET", "/roles/get", 9, Fault::Instead(Loss::Close));
    let apply = ["apply", "-input=false", "-auto-approve", "-refresh=false"];
    workspace
        .run(&apply)
        .expect_error_containing(&["Look at the registry's"]);
    proxy.heal();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.id(), id);
    workspace.destroy().expect_ok();
}
