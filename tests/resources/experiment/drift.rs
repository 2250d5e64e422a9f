//! What others change on the server is planned, and mended by an apply.

use super::{NOTE, Subject, only, proxy};
use crate::support::{
    Case, cases,
    http::Response,
    proxy::{Fault, Loss},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        mends_every_field,
        runs_are_no_drift_and_survive,
        what_changes_between_plan_and_apply_is_told,
        a_tag_that_is_gone_already_needs_no_removal,
        a_bad_answer_at_refresh_drops_nothing,
    ]
}

const ALL: &str = "description = \"Ours\"\n  tags = { a = \"1\", b = \"2\" }\n  \
                   trace_archival_retention = \"30d\"";
const RETENTION: &str = "mlflow.trace.archivalRetention";

/// What somebody else does to the experiment of a case.
type Disturbance = fn(&Subject, &str);

fn mends_every_field() {
    let it = Subject::new("drift");
    let (workspace, id) = it.applied(ALL);
    let before = it.experiments.tags(&id);
    let disturb: [(&str, Disturbance); 8] = [
        ("name", |it, id| {
            it.experiments.rename(id, &format!("{}-x", it.name))
        }),
        ("description", |it, id| {
            it.experiments.set_tag(id, NOTE, "Theirs")
        }),
        ("empty", |it, id| it.experiments.set_tag(id, NOTE, "")),
        ("no description", |it, id| {
            it.experiments.delete_tag(id, NOTE)
        }),
        ("tag", |it, id| it.experiments.set_tag(id, "a", "theirs")),
        ("no tag", |it, id| it.experiments.delete_tag(id, "b")),
        ("retention", |it, id| {
            let other = "{\"type\":\"duration\",\"value\":\"3d\"}";
            it.experiments.set_tag(id, RETENTION, other);
        }),
        ("no retention", |it, id| {
            it.experiments.delete_tag(id, RETENTION)
        }),
    ];
    for (what, disturb) in disturb {
        disturb(&it, &id);
        assert_eq!(workspace.planned_actions(), only("update"), "{what}");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.experiments.tags(&id), before, "{what}");
        assert_eq!(it.live().as_ref(), Some(&id), "{what}");
    }
    workspace.destroy().expect_ok();
}

fn runs_are_no_drift_and_survive() {
    let it = Subject::new("runs");
    let (workspace, id) = it.applied(ALL);
    let runs = [(); 3].map(|()| it.experiments.make_run(&id));
    workspace.expect_clean_plan();
    let other = Subject::new("renamed");
    other.configure(&workspace, "description = \"Other\"\n  tags = {}");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(runs.iter().all(|run| it.experiments.run_is_active(run)));
    workspace.destroy().expect_ok();
    assert!(!runs.iter().any(|run| it.experiments.run_is_active(run)));
}

/// A plan that is applied later finds it deleted. Nothing of it is sent again.
fn what_changes_between_plan_and_apply_is_told() {
    let it = Subject::new("late");
    let proxy = proxy();
    for (name, more) in [(&it.name, "tags = { a = \"1\" }"), (&unique("later"), "")] {
        let workspace = Workspace::at(&proxy.url(), &it.config(""));
        workspace.apply().expect_ok();
        let id = super::id(&workspace);
        let changed = super::named(name, more);
        workspace.write("main.tf", &super::behind(&proxy, &changed));
        workspace
            .run(&["plan", "-input=false", "-out=tfplan"])
            .expect_ok();
        it.experiments.delete(&id);
        proxy.clear();
        let late = workspace.run(&["apply", "-input=false", "tfplan"]);
        late.expect_error_containing(&["Experiment Was Deleted", "restore_deleted = true"]);
        assert_eq!(proxy.count("POST", "/"), 0);
        it.experiments.restore(&id);
        workspace.destroy().expect_ok();
    }
}

fn a_tag_that_is_gone_already_needs_no_removal() {
    let it = Subject::new("removed");
    let (workspace, id) = it.applied("tags = { a = \"1\", b = \"2\" }");
    it.configure(&workspace, "tags = { b = \"3\" }");
    workspace
        .run(&["plan", "-input=false", "-out=tfplan"])
        .expect_ok();
    it.experiments.delete_tag(&id, "a");
    workspace
        .run(&["apply", "-input=false", "tfplan"])
        .expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.experiments.tags(&id)["b"], "3");
    workspace.destroy().expect_ok();
}

fn a_bad_answer_at_refresh_drops_nothing() {
    let it = Subject::new("kept");
    let proxy = proxy();
    let workspace = Workspace::at(&proxy.url(), &it.config(ALL));
    let workspace = workspace.env("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1");
    workspace.apply().expect_ok();
    for loss in [
        Loss::Answer(Response::html(404, "Not Found")),
        Loss::Answer(Response::html(200, "<h1>Please log in</h1>")),
        Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "oops")),
        Loss::Answer(Response::new(200, "application/json", "{}")),
        Loss::Truncate,
        Loss::Close,
    ] {
        let label = format!("{loss:?}");
        proxy.inject("GET", "/experiments/", 20, Fault::Afterwards(loss));
        let plan = workspace.plan();
        assert!(!plan.is_ok(), "{label}: {}", plan.text());
        assert!(!plan.text().contains("will be created"), "{label}");
        proxy.heal();
        workspace.expect_clean_plan();
    }
    workspace.destroy().expect_ok();
}
