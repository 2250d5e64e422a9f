//! An answer that is lost ends with one model in state, or with a stranger's left alone.

use std::time::{Duration, Instant};

use super::{IT, Subject};
use crate::support::{
    Case,
    proxy::{Fault, Loss},
    registry::{Registry, on_both},
    terraform::Workspace,
    wait_for,
};

pub fn cases() -> Vec<Case> {
    on_both![
        an_answer_to_a_create_leaves_one_model_in_state,
        a_request_that_never_arrived_is_repeated,
        a_model_of_a_stranger_is_told_from_ours,
    ]
}

const CREATE: &str = "/registered-models/create";
const ALL: &str = "description = \"Ours\"\n  tags = { owner = \"we\" }";

fn an_answer_to_a_create_leaves_one_model_in_state<R: Registry>() {
    for loss in Loss::of_each_kind() {
        let (label, it) = (format!("{loss:?}"), Subject::<R>::on_its_own("once"));
        let proxy = it.proxy();
        proxy.inject("POST", CREATE, 1, Fault::Afterwards(loss));
        let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(ALL)));
        workspace.apply().expect_ok();
        assert_eq!(workspace.resource(IT)["id"], it.name.as_str(), "{label}");
        assert_eq!(proxy.count("POST", CREATE), 1, "{label}");
        workspace.expect_clean_plan();
        workspace.destroy().expect_ok();
    }
}

fn a_request_that_never_arrived_is_repeated<R: Registry>() {
    let it = Subject::<R>::on_its_own("repeated");
    let proxy = it.proxy();
    proxy.inject("POST", CREATE, 1, Fault::Instead(Loss::Close));
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(ALL)));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// One that differs in one field, or is the very same and was made before the request began. Within
/// a few seconds of each other the two cannot be told apart.
fn a_model_of_a_stranger_is_told_from_ours<R: Registry>() {
    let strangers = [
        ("Ours", &[("owner", "we")][..]),
        ("Theirs", &[("owner", "we")]),
        ("Ours", &[("owner", "they")]),
        ("Ours", &[]),
    ];
    let strangers = strangers.map(|(description, tags)| {
        let it = Subject::<R>::on_its_own("stranger");
        it.models.make(&it.name, description, tags);
        it
    });
    let made = Instant::now();
    wait_for("passing of some seconds", Duration::from_secs(20), || {
        (made.elapsed() > Duration::from_secs(8)).then_some(())
    });
    for it in strangers {
        let proxy = it.proxy();
        let before = it.models.get(&it.name);
        proxy.inject("POST", CREATE, 1, Fault::Instead(Loss::Close));
        let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(ALL)));
        let says = ["Already Exists", &it.name];
        workspace.apply().expect_error_containing(&says);
        assert!(!workspace.state_text().contains(&it.name), "{before:#}");
        assert_eq!(it.models.get(&it.name), before);
        it.models.delete(&it.name);
    }
}
