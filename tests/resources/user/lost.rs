//! An answer that is lost ends with one user that the password opens, or with a stranger's left alone (A21).

use super::{API, IT, Subject, plain, proxy};
use crate::support::{
    Case,
    access::PASSWORD,
    cases,
    http::Response,
    proxy::{Fault, Loss},
};

pub fn cases() -> Vec<Case> {
    cases![
        an_answer_to_a_create_leaves_the_user_that_the_password_opens,
        a_user_of_a_stranger_is_told_from_ours,
        a_lost_change_of_the_password_is_sent_again,
        a_deletion_whose_answer_is_lost_is_settled,
    ]
}

const CREATE: &str = "/users/create";
const OURS: &str = "ours-horse-battery";

fn an_answer_to_a_create_leaves_the_user_that_the_password_opens() {
    for loss in [
        Loss::Close,
        Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "")),
        Loss::Answer(Response::html(200, "login")),
    ] {
        let (label, it, proxy) = (format!("{loss:?}"), Subject::new("once"), proxy());
        proxy.inject("POST", CREATE, 1, Fault::Afterwards(loss));
        let workspace = it
            .access
            .workspace_at(&proxy.url(), &it.config(&plain(OURS)));
        workspace.apply().expect_ok();
        assert_eq!(proxy.count("POST", CREATE), 1, "{label}");
        assert_eq!(workspace.resource(IT)["id"], it.name.as_str(), "{label}");
        assert!(it.opens(OURS), "{label}");
        workspace.expect_clean_plan();
        workspace.destroy().expect_ok();
    }
}

/// Our look is told that there is none; then a stranger's stands there, and our create is lost.
fn a_user_of_a_stranger_is_told_from_ours() {
    let (it, proxy) = (Subject::new("stranger"), proxy());
    it.access.make_user(&it.name);
    let absent = Response::json_error(404, "RESOURCE_DOES_NOT_EXIST", "no such user");
    let absent = Fault::Instead(Loss::Answer(absent));
    proxy.inject("GET", "/users/get", 1, absent);
    proxy.inject("POST", CREATE, 1, Fault::Instead(Loss::Close));
    let workspace = it
        .access
        .workspace_at(&proxy.url(), &it.config(&plain(OURS)));
    let says = ["Already Exists", &it.name];
    workspace.apply().expect_error_containing(&says);
    assert!(!workspace.state_text().contains(&it.name));
    assert!(it.opens(PASSWORD) && !it.opens(OURS));
    it.access.delete_user(&it.name);
}

fn a_lost_change_of_the_password_is_sent_again() {
    let (it, proxy) = (Subject::new("again"), proxy());
    let workspace = it
        .access
        .workspace_at(&proxy.url(), &it.config(&plain(PASSWORD)));
    workspace.apply().expect_ok();
    for fault in [Fault::Afterwards(Loss::Close), Fault::Instead(Loss::Close)] {
        let password = format!("{OURS}-{}", matches!(fault, Fault::Instead(_)));
        let provider = format!(
            "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
            proxy.url()
        );
        workspace.write(
            "main.tf",
            &format!("{provider}{}", it.config(&plain(&password))),
        );
        proxy.inject("PATCH", API, 1, fault);
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert!(it.opens(&password));
    }
    workspace.destroy().expect_ok();
}

fn a_deletion_whose_answer_is_lost_is_settled() {
    let (it, proxy) = (Subject::new("deleted"), proxy());
    let workspace = it
        .access
        .workspace_at(&proxy.url(), &it.config(&plain(PASSWORD)));
    workspace.apply().expect_ok();
    proxy.inject("DELETE", API, 1, Fault::Afterwards(Loss::Reset));
    workspace.destroy().expect_ok();
    assert!(it.access.user(&it.name).is_none());
}
