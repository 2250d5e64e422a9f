//! The server numbers versions, so a request that is repeated makes another: a lost answer ends with one
//! version, or with an error that names those in question.

use std::sync::Mutex;

use serde_json::json;

use super::{CREATE, IT, Subject, proxy};
use crate::support::{
    Case, cases,
    proxy::{Fault, Loss},
    registry::{Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        others_are_told_from_ours,
        in_a_model_whose_versions_searches_hide,
    ];
    let twice = on_both![
        to_a_create_ends_with_one_version,
        a_request_that_never_arrived_is_repeated,
        equal_ones_of_one_run_are_each_made_once,
        an_equal_one_of_another_is_named,
    ];
    [once, twice].concat()
}

const ONE: &str = "s3://models/churn/1";
const ALL: &str = "description = \"Ours\"\n  tags = { owner = \"we\" }";

fn to_a_create_ends_with_one_version<R: Registry>() {
    for loss in Loss::of_each_kind() {
        let (label, it) = (format!("{loss:?}"), Subject::<R>::on_its_own("once"));
        let proxy = it.proxy();
        it.models.add_versions(&it.model, 2);
        proxy.inject("POST", CREATE, 1, Fault::Afterwards(loss));
        let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(ONE, ALL)));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(workspace.resource(IT)["version"], "3", "{label}");
        assert_eq!(proxy.count("POST", CREATE), 1, "{label}");
        assert_eq!(it.numbers(), ["1", "2", "3"], "{label}");
    }
}

fn a_request_that_never_arrived_is_repeated<R: Registry>() {
    let it = Subject::<R>::on_its_own("repeated");
    let proxy = it.proxy();
    proxy.inject("POST", CREATE, 1, Fault::Instead(Loss::Close));
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(ONE, ALL)));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.numbers(), ["1"]);
}

fn equal_ones_of_one_run_are_each_made_once<R: Registry>() {
    let it = Subject::<R>::on_its_own("twins");
    let proxy = it.proxy();
    proxy.inject("POST", CREATE, 2, Fault::Afterwards(Loss::Close));
    let config = it.config(ONE, &format!("count = 5\n  {ALL}"));
    let workspace = Workspace::bare(&R::at(&proxy.url(), &config));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.numbers(), ["1", "2", "3", "4", "5"]);
}

/// It is made at the very moment in which our answer is lost.
fn an_equal_one_of_another_is_named<R: Registry>() {
    let it = Subject::<R>::on_its_own("rivals");
    let proxy = it.proxy();
    let (models, model) = (it.models.clone(), it.model.clone());
    let strikes = Mutex::new(1);
    proxy.expose(Box::new(move |request| {
        let mut left = strikes.lock().unwrap();
        if *left == 0 || !request.is("POST", CREATE) {
            return None;
        }
        *left -= 1;
        let equal = json!({"source": ONE, "description": "Ours",
            "tags": [{"key": "owner", "value": "we"}]});
        models.add_version(&model, equal);
        Some(Fault::Afterwards(Loss::Close))
    }));
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(ONE, ALL)));
    let ids = ["1", "2"].map(|number| format!("{}/{number}", it.model));
    let says = ["Created Model Version Cannot Be Told", &ids[0], &ids[1]];
    workspace.apply().expect_error_containing(&says);
    assert!(!workspace.state_text().contains(&it.model));
    assert_eq!(proxy.count("POST", CREATE), 1);
}

/// Newer ones that differ in one thing are looked past.
fn others_are_told_from_ours() {
    let (it, proxy) = (Subject::new("others"), proxy());
    let (models, model) = (it.models.clone(), it.model.clone());
    proxy.inject("POST", CREATE, 1, Fault::Afterwards(Loss::Close));
    proxy.expose(Box::new(move |request| {
        if request.is("GET", "/get-latest-versions") {
            models.add_version(&model, json!({"source": ONE}));
        }
        None
    }));
    let workspace = Workspace::at(&proxy.url(), &it.config(ONE, ALL));
    workspace.apply().expect_ok();
    proxy.heal();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["version"], "1");
    assert_eq!(it.numbers(), ["1", "2"]);
}

/// One version that is marked as a prompt's hides all of a model's from searches.
fn in_a_model_whose_versions_searches_hide() {
    let (it, proxy) = (Subject::new("hidden"), proxy());
    it.models.add_prompt_version(&it.model, "text", "Hi");
    proxy.inject("POST", CREATE, 1, Fault::Afterwards(Loss::Close));
    let workspace = Workspace::at(&proxy.url(), &it.config(ONE, ALL));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["version"], "2");
    assert_eq!(it.numbers(), ["1", "2"]);
}
