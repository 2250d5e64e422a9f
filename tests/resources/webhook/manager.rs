//! A model's manager on Databricks: someone who may list and change the webhooks of one model, and
//! has no right on the workspace.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    IT,
    databricks::{HTTP, config},
    id, only,
};
use crate::support::{
    Case, cases,
    databricks::{Databricks, Options},
    http::Response,
    proxy::{Fault, Loss, Proxy},
    terraform::Workspace,
};

const LIST: &str = "/registry-webhooks/list";

pub fn cases() -> Vec<Case> {
    cases![
        a_manager_of_one_model_needs_no_more,
        a_managers_webhook_that_is_gone_is_planned_anew,
        a_manager_is_told_of_a_bad_list_and_loses_nothing,
        a_list_that_lags_makes_no_trouble,
    ]
}

/// A workspace of someone who may manage the webhooks of one model and nothing else.
struct Manager {
    registry: Databricks,
    token: String,
}

impl Manager {
    fn new(options: Options) -> Self {
        let registry = Databricks::start_with(options);
        // Others have webhooks too, which a manager does not get to see.
        registry.create(&json!({
            "events": ["COMMENT_CREATED"],
            "http_url_spec": {"url": "https://other.example.com"},
        }));
        let token = registry.manager_of(&["churn"]);
        Self { registry, token }
    }

    fn config(&self, url: &str, more: &str) -> String {
        let body = format!("model_name = \"churn\"\n{more}\n{HTTP}");
        config(url, &self.token, &body)
    }

    fn workspace(&self) -> Workspace {
        Workspace::bare(&self.config(&self.registry.url(), ""))
    }

    fn configure(&self, workspace: &Workspace, more: &str) {
        workspace.write("main.tf", &self.config(&self.registry.url(), more));
    }

    /// The webhooks of the model.
    fn webhooks(&self) -> Vec<Value> {
        let mut all = self.registry.webhooks();
        all.retain(|it| it["model_name"] == "churn");
        all
    }
}

fn a_manager_of_one_model_needs_no_more() {
    let manager = Manager::new(Options::default());
    let workspace = manager.workspace();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    manager.configure(&workspace, "description = \"Mine\"");
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(manager.webhooks()[0]["description"], "Mine");
    let id = id(&workspace);
    workspace.run(&["state", "rm", IT]).expect_ok();
    workspace.import(IT, &format!("churn/{id}")).expect_ok();
    workspace.expect_clean_plan();
    workspace.run(&["state", "rm", IT]).expect_ok();
    let refused = workspace.import(IT, &id);
    refused.expect_error_containing(&["Permission Denied", "MODEL_NAME/ID"]);
    workspace.import(IT, &format!("churn/{id}")).expect_ok();
    workspace.destroy().expect_ok();
    assert_eq!(manager.webhooks(), Vec::<Value>::new());
    let all = Workspace::bare(&config(&manager.registry.url(), &manager.token, HTTP));
    all.apply()
        .expect_error_containing(&["Permission Denied", "CAN MANAGE"]);
    assert_eq!(manager.registry.webhooks().len(), 1);
}

fn a_managers_webhook_that_is_gone_is_planned_anew() {
    let manager = Manager::new(Options::default());
    let workspace = manager.workspace();
    workspace.apply().expect_ok();
    let before = id(&workspace);
    manager.registry.delete(&before);
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_ne!(id(&workspace), before);
    manager.registry.delete(&id(&workspace));
    workspace.destroy().expect_ok();
}

fn a_manager_is_told_of_a_bad_list_and_loses_nothing() {
    let manager = Manager::new(Options::default());
    let proxy = Proxy::start(manager.registry.address());
    let workspace = Workspace::bare(&manager.config(&proxy.url(), ""));
    let workspace = workspace.env("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1");
    workspace.apply().expect_ok();
    let denied = "User does not have CAN MANAGE permission on model churn.";
    for (loss, says) in [
        (
            Loss::Answer(Response::json_error(403, "PERMISSION_DENIED", denied)),
            "Permission Denied",
        ),
        (
            Loss::Answer(Response::html(200, "<h1>Log in</h1>")),
            "Not a Databricks Answer",
        ),
        (
            Loss::Answer(Response::html(404, "Not Found")),
            "No Webhook API",
        ),
        (
            Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "oops")),
            "Registry Error",
        ),
        (Loss::Truncate, "Registry Unreachable"),
    ] {
        proxy.inject("GET", LIST, 20, Fault::Afterwards(loss));
        let plan = workspace.plan().expect_error_containing(&[says]);
        assert!(!plan.text().contains("will be created"), "{says}");
        proxy.heal();
    }
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn a_list_that_lags_makes_no_trouble() {
    let manager = Manager::new(Options {
        lag: Duration::from_secs(2),
        ..Options::default()
    });
    let workspace = manager.workspace();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    manager.configure(&workspace, "description = \"New\"");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let made = manager.webhooks();
    assert_eq!(made.len(), 1);
    assert_eq!(id(&workspace), made[0]["id"].as_str().unwrap());
    workspace.destroy().expect_ok();
    assert_eq!(manager.webhooks(), Vec::<Value>::new());
}
