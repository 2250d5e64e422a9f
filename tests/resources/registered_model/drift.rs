//! What others change on the server is planned, and mended by an apply.

use super::{Subject, only};
use crate::support::{
    Case, cases,
    http::Response,
    proxy::{Fault, Loss},
    registry::{Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    let once = cases![versions_are_no_drift, one_that_became_a_prompt_is_an_error,];
    let twice = on_both![
        mends_every_field,
        plans_one_create_for_a_deleted_one,
        destroys_what_is_gone,
        a_bad_answer_at_refresh_drops_nothing,
    ];
    [once, twice].concat()
}

const ALL: &str = "description = \"Ours\"\n  tags = { a = \"1\", b = \"2\" }";

/// What somebody else does to the model of a case.
type Disturbance<R> = fn(&Subject<R>);

fn mends_every_field<R: Registry>() {
    let it = Subject::<R>::on_its_own("drift");
    let workspace = it.applied(ALL);
    let before = (it.models.description(&it.name), it.models.tags(&it.name));
    let disturb: [(&str, Disturbance<R>); 4] = [
        ("description", |it| it.models.describe(&it.name, "Theirs")),
        ("no description", |it| it.models.describe(&it.name, "")),
        ("tag", |it| it.models.set_tag(&it.name, "a", "theirs")),
        ("no tag", |it| it.models.delete_tag(&it.name, "b")),
    ];
    for (what, disturb) in disturb {
        disturb(&it);
        assert_eq!(workspace.planned_actions(), only("update"), "{what}");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let after = (it.models.description(&it.name), it.models.tags(&it.name));
        assert_eq!(after, before, "{what}");
    }
    workspace.destroy().expect_ok();
}

/// Renamed elsewhere looks the same: the server has no ids of models.
fn plans_one_create_for_a_deleted_one<R: Registry>() {
    let it = Subject::<R>::on_its_own("deleted");
    let workspace = it.applied(ALL);
    it.models.delete(&it.name);
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.models.description(&it.name), "Ours");
    workspace.destroy().expect_ok();
}

fn destroys_what_is_gone<R: Registry>() {
    let it = Subject::<R>::on_its_own("gone");
    let workspace = it.applied(ALL);
    it.models.delete(&it.name);
    workspace.destroy().expect_ok();
}

fn versions_are_no_drift() {
    let it = Subject::new("versions");
    let workspace = it.applied("force_destroy = true");
    let last = it.models.add_versions(&it.name, 2);
    it.models.set_alias(&it.name, "champion", &last);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn one_that_became_a_prompt_is_an_error() {
    let it = Subject::new("prompt");
    let workspace = it.applied("");
    it.models.turn_into_prompt(&it.name);
    workspace
        .plan()
        .expect_error_containing(&["prompt", &it.name]);
    it.models.turn_into_model(&it.name);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn a_bad_answer_at_refresh_drops_nothing<R: Registry>() {
    let it = Subject::<R>::on_its_own("kept");
    let proxy = it.proxy();
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(ALL)));
    let workspace = workspace.env("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1");
    workspace.apply().expect_ok();
    for loss in [
        Loss::Answer(Response::html(404, "Not Found")),
        Loss::Answer(Response::html(200, "<h1>Please log in</h1>")),
        Loss::Answer(Response::json_error(
            404,
            "ENDPOINT_NOT_FOUND",
            "No such path",
        )),
        Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "oops")),
        Loss::Answer(Response::new(200, "application/json", "{}")),
        Loss::Truncate,
        Loss::Close,
    ] {
        let label = format!("{loss:?}");
        proxy.inject("GET", "registered-models/", 20, Fault::Afterwards(loss));
        let plan = workspace.plan();
        assert!(!plan.is_ok(), "{label}: {}", plan.text());
        assert!(!plan.text().contains("will be created"), "{label}");
        proxy.heal();
        workspace.expect_clean_plan();
    }
    workspace.destroy().expect_ok();
}
