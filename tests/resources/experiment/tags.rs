//! Tags are ours by key: those of others are neither drift nor touched.

use serde_json::{Value, json};

use super::{IT, Subject, only};
use crate::support::{Case, cases};

pub fn cases() -> Vec<Case> {
    cases![
        those_of_others_are_neither_drift_nor_touched,
        left_out_again_they_stay,
        those_that_mlflow_writes_are_never_read,
    ]
}

fn those_of_others_are_neither_drift_nor_touched() {
    let it = Subject::new("others");
    let (workspace, id) = it.applied("tags = { ours = \"1\" }");
    it.experiments.set_tag(&id, "theirs", "2");
    workspace.expect_clean_plan();
    for (config, left) in [
        ("tags = { ours = \"3\" }", vec!["ours=3", "theirs=2"]),
        ("tags = {}", vec!["theirs=2"]),
    ] {
        it.configure(&workspace, config);
        assert_eq!(workspace.planned_actions(), only("update"));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let tags = it.experiments.tags(&id);
        let tags: Vec<_> = tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(tags, left, "{config}");
    }
    assert_eq!(workspace.resource(IT)["tags"], json!({}));
    workspace.destroy().expect_ok();
}

fn left_out_again_they_stay() {
    let it = Subject::new("left");
    let (workspace, id) = it.applied("tags = { ours = \"1\" }");
    it.configure(&workspace, "");
    workspace.expect_clean_plan();
    assert_eq!(it.experiments.tags(&id)["ours"], "1");
    assert_eq!(workspace.resource(IT)["tags"], json!({"ours": "1"}));
    workspace.destroy().expect_ok();
}

/// The user interface writes some at the first look at an experiment.
fn those_that_mlflow_writes_are_never_read() {
    let it = Subject::new("own");
    let (workspace, id) = it.applied("");
    let theirs = [
        ("mlflow.experimentKind", "genai_development"),
        ("mlflow.sharedViewState.7", "{}"),
        ("mlflow.experiment.primaryMetric.name", "f1"),
    ];
    for (key, value) in theirs {
        it.experiments.set_tag(&id, key, value);
    }
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["tags"], Value::Null);
    for config in ["tags = { ours = \"1\" }", "tags = {}"] {
        it.configure(&workspace, config);
        workspace.apply().expect_ok();
    }
    let kept = it.experiments.tags(&id);
    assert!(
        theirs.iter().all(|(key, _)| kept.contains_key(*key)),
        "{kept:?}"
    );
    workspace.destroy().expect_ok();
}
