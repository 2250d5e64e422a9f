//! A new name is given in place, and never one that another has.

use super::{IT, Subject, behind, id, named, only, proxy};
use crate::support::{
    Case, cases,
    http::Response,
    proxy::{Fault, Loss},
    registry::{Registry, on_both},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        to_the_name_of_a_deleted_one_is_refused,
        that_is_cut_after_its_first_call_is_finished_by_the_next_apply,
    ];
    let twice = on_both![
        comes_with_every_other_change,
        to_a_taken_name_is_refused,
        whose_answer_is_lost_is_settled,
    ];
    [once, twice].concat()
}

fn comes_with_every_other_change<R: Registry>() {
    let it = Subject::<R>::on_its_own("old");
    let (workspace, made) =
        it.applied("description = \"First\"\n  tags = { a = \"1\", b = \"2\" }");
    let new = R::experiment(&unique("new"));
    let more = "description = \"Second\"\n  tags = { a = \"3\", b = \"2\" }";
    it.rename(&workspace, &new, more);
    assert_eq!(workspace.planned_actions(), only("update"));
    let change = &workspace.plan_json()["resource_changes"][0]["change"];
    assert_eq!(change["after"]["id"], made.as_str(), "never unknown");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.experiments.get(&made)["name"], new.as_str());
    assert_eq!(it.experiments.tags(&made).len(), 3);
    assert_eq!(it.experiments.find_named(&it.name), None);
    workspace.destroy().expect_ok();
}

/// The server says so with a statement of its database, and calls it a bad request.
fn to_a_taken_name_is_refused<R: Registry>() {
    let it = Subject::<R>::on_its_own("old");
    let taken = R::experiment(&unique("taken"));
    let theirs = it.experiments.make(&taken, &[]);
    let (workspace, made) = it.applied("");
    it.rename(&workspace, &taken, "");
    let says = ["Already Exists", "import {", &format!("id = {theirs:?}")];
    let refused = workspace.apply().expect_error_containing(&says);
    assert!(!refused.text().contains("UPDATE experiments"));
    assert_eq!(workspace.resource(IT)["name"], it.name.as_str());
    it.configure(&workspace, "");
    workspace.expect_clean_plan();
    assert_eq!(id(&workspace), made);
    workspace.destroy().expect_ok();
    it.experiments.delete(&theirs);
}

/// A deleted one keeps its name on an MLflow server.
fn to_the_name_of_a_deleted_one_is_refused() {
    let it = Subject::new("old");
    let taken = unique("taken");
    let theirs = it.experiments.make(&taken, &[]);
    let (workspace, made) = it.applied("");
    it.rename(&workspace, &taken, "");
    it.experiments.delete(&theirs);
    let says = ["Already Exists", "was deleted", &theirs];
    workspace.apply().expect_error_containing(&says);
    assert_eq!(id(&workspace), made);
    it.configure(&workspace, "");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// Name, tags set, tags removed: each of them is refused once, after what comes before it was done.
fn that_is_cut_after_its_first_call_is_finished_by_the_next_apply() {
    for endpoint in ["set-experiment-tag", "delete-experiment-tag"] {
        let it = Subject::new("cut");
        let proxy = proxy();
        let config = it.config("description = \"First\"\n  tags = { a = \"1\", b = \"2\" }");
        let workspace = Workspace::bare(&behind(&proxy, &config));
        workspace.apply().expect_ok();

        let new = unique("new");
        let config = named(&new, "description = \"Second\"\n  tags = { a = \"3\" }");
        workspace.write("main.tf", &behind(&proxy, &config));
        let refusal = Response::json_error(400, "INVALID_PARAMETER_VALUE", "cut here");
        proxy.inject("POST", endpoint, 1, Fault::Instead(Loss::Answer(refusal)));
        workspace.apply().expect_error_containing(&["cut here"]);
        let state = workspace.resource(IT);
        assert_eq!(
            state["name"],
            new.as_str(),
            "{endpoint}: what the server has"
        );

        assert_eq!(workspace.planned_actions(), only("update"), "{endpoint}");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.experiments.tags(&id(&workspace)).len(), 2, "{endpoint}");
        workspace.destroy().expect_ok();
    }
}

fn whose_answer_is_lost_is_settled<R: Registry>() {
    for loss in [
        Loss::Close,
        Loss::Answer(Response::html(503, "Service Unavailable")),
    ] {
        let label = format!("{loss:?}");
        let it = Subject::<R>::on_its_own("lost");
        let proxy = it.proxy();
        let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config("")));
        workspace.apply().expect_ok();
        let new = R::experiment(&unique("new"));
        workspace.write("main.tf", &R::at(&proxy.url(), &named(&new, "")));
        proxy.inject("POST", "/experiments/update", 1, Fault::Afterwards(loss));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.experiments.find_named(&it.name), None, "{label}");
        assert_eq!(proxy.count("POST", "/experiments/update"), 1, "{label}");
        workspace.destroy().expect_ok();
    }
}
