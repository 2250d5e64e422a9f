//! A lost answer about an alias is settled by looking: a second call would fire a second event.

use super::{ALIAS, IT, Subject, proxy};
use crate::support::{
    Case, cases,
    http::Response,
    proxy::{Fault, Loss},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        to_a_create_or_change_or_end_sends_it_once,
        a_request_that_never_arrived_is_repeated,
    ]
}

fn losses() -> Vec<Loss> {
    vec![
        Loss::Answer(Response::html(503, "Service Unavailable")),
        Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "")),
        Loss::Close,
        Loss::Truncate,
    ]
}

fn to_a_create_or_change_or_end_sends_it_once() {
    for (create, (change, end)) in losses().into_iter().zip(losses().into_iter().zip(losses())) {
        let (label, it, proxy) = (format!("{create:?}"), Subject::new("once"), proxy());
        let provider = format!(
            "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
            proxy.url()
        );
        let workspace = Workspace::bare(&format!("{provider}{}", it.config("1")));
        proxy.inject("POST", ALIAS, 1, Fault::Afterwards(create));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.champion().as_deref(), Some("1"), "{label}");

        workspace.write("main.tf", &format!("{provider}{}", it.config("2")));
        proxy.inject("POST", ALIAS, 1, Fault::Afterwards(change));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(workspace.resource(IT)["version"], "2", "{label}");
        assert_eq!(proxy.count("POST", ALIAS), 2, "{label}");

        proxy.inject("DELETE", ALIAS, 1, Fault::Afterwards(end));
        workspace.destroy().expect_ok();
        assert_eq!(it.champion(), None, "{label}");
        assert_eq!(proxy.count("DELETE", ALIAS), 1, "{label}");
    }
}

fn a_request_that_never_arrived_is_repeated() {
    let (it, proxy) = (Subject::new("repeated"), proxy());
    proxy.inject("POST", ALIAS, 1, Fault::Instead(Loss::Close));
    let workspace = Workspace::at(&proxy.url(), &it.config("1"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.champion().as_deref(), Some("1"));
    workspace.destroy().expect_ok();
}
