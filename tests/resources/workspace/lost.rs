//! An answer that is lost ends with one workspace in state, or with a stranger's left alone.

use serde_json::json;

use super::{API, IT, Subject, behind, proxy};
use crate::support::{
    Case, cases,
    http::Response,
    proxy::{Fault, Loss},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        an_answer_leaves_what_was_asked_for,
        a_request_that_never_arrived_is_repeated,
        a_workspace_of_a_stranger_is_told_from_ours,
    ]
}

fn losses() -> Vec<Loss> {
    vec![
        Loss::Answer(Response::html(503, "Service Unavailable")),
        Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "")),
        Loss::Reset,
        Loss::Close,
    ]
}

fn an_answer_leaves_what_was_asked_for() {
    for loss in losses() {
        let (label, it, proxy) = (format!("{loss:?}"), Subject::new("once"), proxy());
        let first = it.config("description = \"First\"");
        let workspace = Workspace::bare(&behind(&proxy, &first));
        proxy.inject("POST", API, 1, Fault::Afterwards(loss.clone()));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let second = it.config("description = \"Second\"");
        workspace.write("main.tf", &behind(&proxy, &second));
        proxy.inject("PATCH", API, 1, Fault::Afterwards(loss.clone()));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.get()["description"], "Second", "{label}");
        proxy.inject("DELETE", API, 1, Fault::Afterwards(loss));
        workspace.destroy().expect_ok();
        assert_eq!(it.find(), None, "{label}");
        for method in ["POST", "PATCH", "DELETE"] {
            assert_eq!(proxy.count(method, API), 1, "{method}: {label}");
        }
    }
}

fn a_request_that_never_arrived_is_repeated() {
    let (it, proxy) = (Subject::new("repeated"), proxy());
    proxy.inject("POST", API, 1, Fault::Instead(Loss::Close));
    let workspace = Workspace::at(&proxy.url(), &it.config("description = \"Ours\""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// It differs, or it was there before anything was sent.
fn a_workspace_of_a_stranger_is_told_from_ours() {
    for theirs in ["Theirs", "Ours"] {
        let (it, proxy) = (Subject::new("stranger"), proxy());
        it.make(&json!({"description": theirs}));
        proxy.inject("POST", API, 1, Fault::Instead(Loss::Close));
        let workspace = Workspace::at(&proxy.url(), &it.config("description = \"Ours\""));
        let says = ["Already Exists", "import {", IT];
        workspace.apply().expect_error_containing(&says);
        assert_eq!(proxy.count("POST", API), 0);
        assert_eq!(it.get()["description"], theirs);
        it.delete("RESTRICT");
    }
}
