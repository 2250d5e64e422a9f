//! A Databricks workspace, whose types are fewer, and whose jobs have tokens that nobody tells.

use serde_json::json;

use super::{Run, command};
use crate::support::{
    Case, cases,
    databricks::{ADMIN, Databricks},
    experiments::Experiments,
    models::Models,
    registry::Registry,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        a_workspace_is_imported_and_jobs_ask_for_their_tokens,
        what_a_manager_may_not_list_is_told,
    ]
}

/// Two models, three versions, an experiment beside a deleted one, a webhook and one that starts a job.
fn filled() -> Databricks {
    let registry = Databricks::start();
    let (models, experiments) = (
        Models::of(registry.rest()),
        Experiments::of(registry.rest()),
    );
    models.make("churn", "Who leaves", &[("a", "1"), ("b", "${x}")]);
    models.make("it's", "", &[]);
    for number in 1..=3 {
        let source = format!("dbfs:/models/churn/{number}");
        models.add_version("churn", json!({"source": source, "description": "One"}));
    }
    let made = experiments.make("/Shared/churn", &[("a", "1")]);
    experiments.set_tag(&made, "mlflow.note.content", "Ours");
    experiments.delete(&experiments.make("/Shared/gone", &[]));
    let type_of = "mlflow.experimentType";
    experiments.set_tag(&experiments.make("/Shared/notes", &[]), type_of, "NOTEBOOK");
    let events = ["MODEL_VERSION_CREATED"];
    registry.create(&json!({
        "model_name": "churn", "events": events, "description": "Calls",
        "http_url_spec": {"url": "https://ci.example.com/hook"},
    }));
    registry.create(&json!({
        "events": events, "description": "Starts",
        "job_spec": {"job_id": "7", "access_token": "dapi-old"},
    }));
    registry
}

fn a_workspace_is_imported_and_jobs_ask_for_their_tokens() {
    let registry = filled();
    let workspace = workspace(&registry, ADMIN);
    let run = exported(&workspace, &registry, ADMIN).expect_ok();
    assert!(!run.stderr.contains("Left Out"), "{}", run.stderr);
    assert!(
        run.stderr.contains("has 1 that belong to notebooks"),
        "{}",
        run.stderr
    );
    let workspace = workspace.var("starts_access_token", "dapi-new");
    let says = "8 to import, 0 to add, 1 to change, 0 to destroy";
    let plan = workspace.plan().expect_ok().text();
    assert!(plan.contains(says), "{plan}");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let job = registry.webhook_described("Starts");
    assert_eq!(job["job_spec"]["access_token"], "dapi-new");
}

fn what_a_manager_may_not_list_is_told() {
    let registry = filled();
    let token = registry.manager_of(&["churn"]);
    let workspace = workspace(&registry, &token);
    let run = exported(&workspace, &registry, &token).expect_ok();
    for says in ["No webhook is among what follows", "MODEL_NAME/ID"] {
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }
    let says = "6 to import, 0 to add, 0 to change, 0 to destroy";
    let plan = workspace.plan().expect_ok().text();
    assert!(plan.contains(says), "{plan}");
}

fn workspace(registry: &Databricks, token: &str) -> Workspace {
    Workspace::plain("")
        .env("MLFLOW_TRACKING_URI", "databricks")
        .env("DATABRICKS_HOST", &registry.url())
        .env("DATABRICKS_TOKEN", token)
}

/// The export into the folder of a configuration.
fn exported(workspace: &Workspace, registry: &Databricks, token: &str) -> Run {
    let folder = workspace.path("");
    let out = [
        "--versions",
        "--with-provider",
        "--out",
        folder.to_str().unwrap(),
    ];
    let run = command("databricks", &out)
        .env("DATABRICKS_HOST", registry.url())
        .env("DATABRICKS_TOKEN", token)
        .output();
    Run::of(run.unwrap())
}
