//! The guide for who comes from Databricks' provider, with a state file as that provider writes it.

use serde_json::{Value, json};

use super::pages::Page;
use crate::support::{
    Case, cases,
    databricks::{ADMIN, Databricks},
    registry::Registry,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![what_another_provider_managed_moves_here_as_the_guide_says]
}

/// As version 1.128 of that provider wrote it, against a stand-in that was at this address. Each
/// stand-in gives the same ids to what is made first.
const STATE: &str = include_str!("../data/databricks/provider.tfstate");
const ITS_WORKSPACE: &str = "http://127.0.0.1:38597";

fn what_another_provider_managed_moves_here_as_the_guide_says() {
    let registry = Databricks::start();
    let tags = json!([{"key": "team", "value": "growth"}]);
    let model = json!({"name": "churn", "description": "Who leaves", "tags": tags});
    registry.on_models("POST", "create", &model);
    let experiment = json!({"name": "/Shared/churn", "tags": tags});
    let path = "/api/2.0/mlflow/experiments/create";
    registry.rest().expect("POST", path, &experiment);
    registry.create(&json!({
        "model_name": "churn", "events": ["MODEL_VERSION_CREATED"],
        "description": "Starts the deployment job",
        "job_spec": {"job_id": "1234", "access_token": "dapi-job"},
    }));
    let guide = Page::at("docs/guides/coming-from-databricks-provider.md").blocks();
    let config = guide.into_iter().find(|it| it.language == "terraform");
    let it = Workspace::plain(&config.expect("the guide has a configuration").text)
        .beside("databricks/databricks")
        .env("DATABRICKS_HOST", &Registry::url(&registry))
        .env("DATABRICKS_TOKEN", ADMIN)
        .var("token", "dapi-job");
    let here = Registry::url(&registry);
    assert!(STATE.contains(ITS_WORKSPACE));
    it.write("terraform.tfstate", &STATE.replace(ITS_WORKSPACE, &here));
    if it.is_refused_by_old_hosts() {
        return;
    }
    let before = kept(&registry);
    let plan = it.plan().expect_ok().text();
    let counts = "0 to add, 1 to change, 0 to destroy";
    assert!(plan.contains(counts), "{plan}");
    registry.clear();
    it.apply().expect_ok();
    it.expect_clean_plan();
    let writes = registry
        .requests()
        .into_iter()
        .filter(|it| it.method != "GET");
    let writes: Vec<_> = writes
        .map(|it| format!("{} {}", it.method, it.path))
        .collect();
    let update = "PATCH /api/2.0/mlflow/registry-webhooks/update";
    assert_eq!(writes, [update], "the secret that the old state had lost");
    assert_eq!(kept(&registry), before);
    assert_eq!(
        registry.webhooks()[0]["job_spec"]["access_token"],
        "dapi-job"
    );
}

/// What must not change, and stay the same object.
fn kept(registry: &Databricks) -> (Vec<Value>, Vec<Value>) {
    (registry.experiments(), registry.models())
}
