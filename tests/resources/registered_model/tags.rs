//! Tags are ours by key: those of others are neither drift nor touched.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{IT, Subject, only};
use crate::support::{Case, cases};

pub fn cases() -> Vec<Case> {
    cases![
        those_of_others_are_neither_drift_nor_touched,
        left_out_again_they_stay,
        an_empty_map_removes_ours,
        those_that_mlflow_writes_are_never_read,
    ]
}

fn those_of_others_are_neither_drift_nor_touched() {
    let it = Subject::new("others");
    let workspace = it.applied("tags = { ours = \"1\" }");
    it.models.set_tag(&it.name, "theirs", "2");
    workspace.expect_clean_plan();
    it.configure(&workspace, "tags = { ours = \"3\" }");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(
        it.models.tags(&it.name),
        pairs(&[("ours", "3"), ("theirs", "2")])
    );
    it.configure(&workspace, "tags = {}");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.models.tags(&it.name), pairs(&[("theirs", "2")]));
    workspace.destroy().expect_ok();
}

fn left_out_again_they_stay() {
    let it = Subject::new("left");
    let workspace = it.applied("tags = { ours = \"1\" }");
    it.configure(&workspace, "");
    workspace.expect_clean_plan();
    assert_eq!(it.models.tags(&it.name), pairs(&[("ours", "1")]));
    assert_eq!(workspace.resource(IT)["tags"], json!({"ours": "1"}));
    workspace.destroy().expect_ok();
}

fn an_empty_map_removes_ours() {
    let it = Subject::new("none");
    let workspace = it.applied("tags = { ours = \"1\" }");
    it.configure(&workspace, "tags = {}");
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.models.tags(&it.name), BTreeMap::new());
    assert_eq!(workspace.resource(IT)["tags"], json!({}));
    workspace.destroy().expect_ok();
}

/// Python's client writes such a tag wherever it loads something.
fn those_that_mlflow_writes_are_never_read() {
    let it = Subject::new("own");
    let workspace = it.applied("");
    it.models.set_tag(&it.name, "_mlflow_experiment_ids", ",0,");
    it.models.set_tag(&it.name, "mlflow.note", "theirs");
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["tags"], Value::Null);
    it.configure(&workspace, "tags = { ours = \"1\" }");
    workspace.apply().expect_ok();
    it.configure(&workspace, "tags = {}");
    workspace.apply().expect_ok();
    let kept = it.models.tags(&it.name);
    assert!(kept.contains_key("_mlflow_experiment_ids"), "{kept:?}");
    assert!(kept.contains_key("mlflow.note"), "{kept:?}");
    workspace.destroy().expect_ok();
}

fn pairs(tags: &[(&str, &str)]) -> BTreeMap<String, String> {
    let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    tags.iter().map(own).collect()
}
