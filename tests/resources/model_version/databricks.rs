//! The same resource in a Databricks workspace, where versions are registered after they are made.

use serde_json::json;

use super::{CREATE, IT, Subject, only, version};
use crate::support::{
    Case, cases,
    databricks::{Databricks, Options},
    proxy::{Fault, Loss},
    registry::Registry,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        a_registration_is_waited_for,
        a_lost_answer_finds_one_that_is_not_ready,
        a_registration_that_fails_is_told_and_leaves_nothing,
        one_that_failed_later_is_told_by_the_plan,
        a_changed_source_is_a_new_version_and_the_one_before_stays,
        one_in_production_stays_and_the_registry_says_why,
        what_only_mlflow_has_is_refused_by_the_plan,
    ]
}

const ONE: &str = "dbfs:/models/churn/1";
const TWO: &str = "dbfs:/models/churn/2";

fn subject(change: impl FnOnce(&mut Options)) -> Subject<Databricks> {
    let registry = Databricks::start();
    registry.set(change);
    Subject::on(registry, "registered")
}

fn a_registration_is_waited_for() {
    let it = subject(|options| options.pending = 3);
    let workspace = it.applied(ONE, "description = \"One\"\n  tags = { a = \"1\" }");
    assert_eq!(workspace.resource(IT)["status"], "READY");
    workspace.expect_clean_plan();
    assert_eq!(it.registry.count("POST", CREATE), 1);
}

/// What is not ready is not among the newest.
fn a_lost_answer_finds_one_that_is_not_ready() {
    let it = subject(|options| options.pending = 3);
    let proxy = it.proxy();
    proxy.inject("POST", CREATE, 1, Fault::Afterwards(Loss::Close));
    let config = Databricks::at(&proxy.url(), &it.config(ONE, ""));
    let workspace = Workspace::bare(&config);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["version"], "1");
    assert_eq!(it.numbers(), ["1"]);
}

fn a_registration_that_fails_is_told_and_leaves_nothing() {
    let it = subject(|options| {
        options.pending = 2;
        options.fails = Some("No such file: dbfs:/models/churn/1");
    });
    let workspace = it.workspace(ONE, "");
    let says = ["Registration Failed", "No such file: dbfs:/models/churn/1"];
    workspace.apply().expect_error_containing(&says);
    assert!(!workspace.state_text().contains(&it.model));
    assert!(it.models.version(&it.model, "1").is_none());
    it.registry.set(|options| options.fails = None);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["version"], "2");
}

fn one_that_failed_later_is_told_by_the_plan() {
    let it = subject(|options| {
        options.pending = 0;
        options.fails = Some("gone");
    });
    it.registry.set(|options| options.pending = 1);
    it.models.add_version(&it.model, json!({"source": ONE}));
    it.models.version(&it.model, "1");
    let workspace = it.workspace(ONE, "");
    workspace.import(IT, &format!("{}/1", it.model)).expect_ok();
    assert_eq!(workspace.resource(IT)["status"], "FAILED_REGISTRATION");
    let text = workspace.plan().expect_ok().text();
    let says = "Warning: Version Never Ready";
    assert!(text.contains(says) && text.contains("No changes"), "{text}");
}

fn a_changed_source_is_a_new_version_and_the_one_before_stays() {
    let it = subject(|_| {});
    let workspace = it.applied(ONE, "");
    it.configure(&workspace, TWO, "");
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.numbers(), ["1", "2"]);
    it.configure(&workspace, TWO, "skip_destroy = false");
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
    assert_eq!(it.numbers(), ["1"]);
}

fn one_in_production_stays_and_the_registry_says_why() {
    let it = subject(|_| {});
    let workspace = it.applied(ONE, "skip_destroy = false");
    let change = |stage: &str| {
        let path = "/api/2.0/mlflow/databricks/model-versions/transition-stage";
        let change = json!({"name": it.model, "version": "1", "stage": stage,
            "archive_existing_versions": false});
        it.registry.rest().expect("POST", path, &change);
    };
    change("Production");
    workspace.expect_clean_plan();
    let says = ["Refused by Registry", "Staging or Production"];
    workspace.destroy().expect_error_containing(&says);
    assert_eq!(workspace.resource(IT)["version"], "1");
    change("Archived");
    workspace.destroy().expect_ok();
    assert_eq!(it.numbers(), [""; 0]);
}

fn what_only_mlflow_has_is_refused_by_the_plan() {
    let logged = version("m", ONE, "model_id = \"m-1\"");
    let workspace = Workspace::bare(&Databricks::at("http://127.0.0.1:9", &logged));
    workspace.validate().expect_ok();
    let says = ["Not Supported by Databricks", "logged model", "model_id ="];
    workspace.plan().expect_error_containing(&says);
}
