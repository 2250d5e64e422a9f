//! An answer that is lost ends with one experiment in state, or with a stranger's left alone.

use std::time::{Duration, Instant};

use super::{IT, NOTE, Subject, behind, id, proxy};
use crate::support::{
    Case, cases,
    http::Response,
    proxy::{Fault, Loss},
    registry::{Registry, on_both},
    terraform::Workspace,
    wait_for,
};

pub fn cases() -> Vec<Case> {
    let once = cases![a_first_tag_that_meets_another_is_set_again,];
    let twice = on_both![
        an_answer_to_a_create_leaves_one_experiment_in_state,
        a_request_that_never_arrived_is_repeated,
        an_experiment_of_a_stranger_is_told_from_ours,
    ];
    [once, twice].concat()
}

const CREATE: &str = "/experiments/create";
const ALL: &str = "description = \"Ours\"\n  tags = { owner = \"we\" }";

fn an_answer_to_a_create_leaves_one_experiment_in_state<R: Registry>() {
    for loss in Loss::of_each_kind() {
        let (label, it) = (format!("{loss:?}"), Subject::<R>::on_its_own("once"));
        let proxy = it.proxy();
        proxy.inject("POST", CREATE, 1, Fault::Afterwards(loss));
        let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(ALL)));
        workspace.apply().expect_ok();
        assert_eq!(it.live(), Some(id(&workspace)), "{label}");
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
fn an_experiment_of_a_stranger_is_told_from_ours<R: Registry>() {
    let strangers = [
        &[(NOTE, "Ours"), ("owner", "we")][..],
        &[(NOTE, "Theirs"), ("owner", "we")],
        &[(NOTE, "Ours"), ("owner", "they")],
        &[(NOTE, "Ours")],
    ];
    let strangers = strangers.map(|tags| {
        let it = Subject::<R>::on_its_own("stranger");
        it.experiments.make(&it.name, tags);
        it
    });
    let made = Instant::now();
    wait_for("passing of some seconds", Duration::from_secs(20), || {
        (made.elapsed() > Duration::from_secs(8)).then_some(())
    });
    for it in strangers {
        let proxy = it.proxy();
        let before = it.experiments.named(&it.name);
        proxy.inject("POST", CREATE, 1, Fault::Instead(Loss::Close));
        let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(ALL)));
        let says = ["Already Exists", "import {"];
        workspace.apply().expect_error_containing(&says);
        assert!(!workspace.state_text().contains(&it.name), "{before:#}");
        assert_eq!(it.experiments.named(&it.name), before);
        it.experiments.delete(&it.live().unwrap());
    }
}

/// So says a server over SQLite when somebody else sets the same new tag at the same moment.
fn a_first_tag_that_meets_another_is_set_again() {
    let (it, proxy) = (Subject::new("met"), proxy());
    let workspace = Workspace::bare(&behind(&proxy, &it.config("")));
    workspace.apply().expect_ok();
    let config = it.config("tags = { owner = \"we\" }");
    workspace.write("main.tf", &behind(&proxy, &config));
    let words = "(sqlite3.IntegrityError) UNIQUE constraint failed: experiment_tags.key";
    let collision = Loss::Answer(Response::json_error(400, "BAD_REQUEST", words));
    proxy.inject("POST", "set-experiment-tag", 1, Fault::Instead(collision));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(proxy.count("POST", "set-experiment-tag"), 2);
    assert_eq!(workspace.resource(IT)["tags"]["owner"], "we");
    workspace.destroy().expect_ok();
}
