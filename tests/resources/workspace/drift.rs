//! What others change on the server is planned, and mended by an apply.

use serde_json::json;

use super::{API, Subject, is_known, only, proxy};
use crate::support::{
    Case, cases,
    http::Response,
    proxy::{Fault, Loss},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        mends_every_field,
        plans_one_create_for_a_deleted_one,
        a_bad_answer_at_refresh_drops_nothing,
    ]
}

const ALL: &str = "description = \"Ours\"\n  default_artifact_root = \"s3://ours\"\n  \
                   trace_archival = { location = \"s3://ours\", retention = \"30d\" }";

fn mends_every_field() {
    let it = Subject::new("drift");
    let workspace = it.applied(ALL);
    let before = it.get();
    let changes = [
        json!({"description": "Theirs"}),
        json!({"description": ""}),
        json!({"default_artifact_root": "s3://theirs"}),
        json!({"default_artifact_root": ""}),
        json!({"trace_archival_config": {"location": "s3://theirs"}}),
        json!({"trace_archival_config": {"retention": ""}}),
        json!({"trace_archival_config": {"location": "", "retention": ""}}),
    ];
    for change in changes.iter().filter(|it| is_known(&it.to_string())) {
        it.patch(change);
        assert_eq!(workspace.planned_actions(), only("update"), "{change}");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.get(), before, "{change}");
    }
    workspace.destroy().expect_ok();
}

fn plans_one_create_for_a_deleted_one() {
    let it = Subject::new("deleted");
    let workspace = it.applied(ALL);
    it.delete("RESTRICT");
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.delete("RESTRICT");
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
        proxy.inject("GET", API, 20, Fault::Afterwards(loss));
        let plan = workspace.plan();
        assert!(!plan.is_ok(), "{label}: {}", plan.text());
        assert!(!plan.text().contains("will be created"), "{label}");
        proxy.heal();
        workspace.expect_clean_plan();
    }
    workspace.destroy().expect_ok();
}
