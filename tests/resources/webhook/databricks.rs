//! The same resource on a Databricks workspace registry, where it differs from MLflow.

use serde_json::{Value, json};

use super::IT;
use crate::support::databricks::{ADMIN, Databricks, Options, Patch};
use crate::support::http::Response;
use crate::support::proxy::{Fault, Loss, Proxy};
use crate::support::terraform::Workspace;
use crate::support::{Case, cases};

const API: &str = "/api/2.0/mlflow/registry-webhooks";
const HTTP: &str = "http_url_spec {\n    url = \"https://ci.example.com/hook\"\n  }";
const JOB: &str = "job_spec {\n    job_id = \"7\"\n    access_token = \"dapi-job\"\n  }";

pub fn cases() -> Vec<Case> {
    cases![
        what_is_written_in_any_way_plans_clean,
        what_is_removed_is_cleared,
        a_switch_of_target_leaves_exactly_one,
        secrets_go_along_when_their_block_is_sent,
        a_manager_of_one_model_needs_no_more,
        what_databricks_lacks_is_refused_by_plan,
        a_webhook_deleted_elsewhere_is_planned_anew,
        a_bad_list_drops_nothing,
        a_list_that_lags_makes_no_trouble,
        a_lost_answer_leaves_exactly_one,
        the_peers_state_is_taken_over,
    ]
}

/// A configuration for the workspace at `host`, as the caller with this token.
fn config(host: &str, token: &str, body: &str) -> String {
    format!(
        r#"
provider "mlflow" {{
  databricks = {{
    host  = "{host}"
    token = "{token}"
  }}
}}
resource "mlflow_webhook" "it" {{
  events = ["MODEL_VERSION_CREATED", "COMMENT_CREATED"]
  {body}
}}
"#
    )
}

fn workspace(registry: &Databricks, body: &str) -> Workspace {
    Workspace::bare(&config(&registry.url(), ADMIN, body))
}

fn configure(workspace: &Workspace, registry: &Databricks, body: &str) {
    workspace.write("main.tf", &config(&registry.url(), ADMIN, body));
}

fn what_is_written_in_any_way_plans_clean() {
    for patch in [Patch::Merge, Patch::Replace] {
        let registry = Databricks::start_with(Options {
            patch,
            ..Options::default()
        });
        for body in [
            HTTP.to_owned(),
            JOB.to_owned(),
            format!("status = \"TEST_MODE\"\ndescription = \"\"\nmodel_name = \"churn\"\n{HTTP}"),
            HTTP.replace("url =", "secret = \"s\"\nauthorization = \"\"\nurl ="),
            HTTP.replace("url =", "enable_ssl_verification = false\nurl ="),
            JOB.replace(
                "job_id",
                "workspace_url = \"https://dbc.example.com\"\njob_id",
            ),
            JOB.replace(
                "access_token =",
                "access_token_wo_version = 1\naccess_token_wo =",
            ),
        ] {
            let workspace = workspace(&registry, &body);
            workspace.apply().expect_ok();
            assert!(workspace.plan_is_clean(), "{patch:?}: {body}");
            workspace.destroy().expect_ok();
            assert_eq!(registry.webhooks(), Vec::<Value>::new());
        }
    }
}

fn what_is_removed_is_cleared() {
    let registry = Databricks::start();
    let secrets = "secret = \"s\"\nauthorization = \"Bearer x\"\nurl =";
    let full = format!("description = \"Old\"\n{}", HTTP.replace("url =", secrets));
    let workspace = workspace(&registry, &full);
    workspace.apply().expect_ok();
    configure(&workspace, &registry, HTTP);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let left = registry.webhooks().remove(0);
    assert_eq!(left["description"].as_str().unwrap_or_default(), "");
    for secret in ["secret", "authorization"] {
        let value = left["http_url_spec"][secret].as_str().unwrap_or_default();
        assert_eq!(value, "", "{secret}");
    }
    configure(&workspace, &registry, "");
    workspace
        .plan()
        .expect_error_containing(&["Missing Target"]);
}

fn a_switch_of_target_leaves_exactly_one() {
    let registry = Databricks::start();
    let workspace = workspace(&registry, HTTP);
    workspace.apply().expect_ok();
    configure(&workspace, &registry, JOB);
    assert_eq!(
        workspace.planned_actions(),
        [(IT.to_owned(), "delete-create".to_owned())]
    );
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let left = registry.webhooks();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].get("http_url_spec"), None);
    assert_eq!(left[0]["job_spec"]["job_id"], "7");
}

fn secrets_go_along_when_their_block_is_sent() {
    for patch in [Patch::Merge, Patch::Replace] {
        let registry = Databricks::start_with(Options {
            patch,
            ..Options::default()
        });
        let secrets =
            "secret_wo = \"s\"\nsecret_wo_version = 1\nauthorization = \"Bearer x\"\nurl =";
        let block = HTTP.replace("url =", secrets);
        let workspace = workspace(&registry, &block);
        workspace.apply().expect_ok();
        configure(&workspace, &registry, &block.replace("/hook", "/moved"));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let after = registry.webhooks().remove(0);
        assert_eq!(
            after["http_url_spec"]["url"],
            "https://ci.example.com/moved"
        );
        assert_eq!(after["http_url_spec"]["secret"], "s", "{patch:?}");
        assert_eq!(
            after["http_url_spec"]["authorization"], "Bearer x",
            "{patch:?}"
        );
        assert!(!workspace.state_text().contains("\"s\""));
    }
}

fn a_manager_of_one_model_needs_no_more() {
    let registry = Databricks::start();
    let token = registry.manager_of(&["churn"]);
    let body = |more: &str| {
        let body = format!("model_name = \"churn\"\n{more}\n{HTTP}");
        config(&registry.url(), &token, &body)
    };
    let workspace = Workspace::bare(&body(""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.write("main.tf", &body("description = \"Mine\""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let id = workspace.resource(IT)["id"].as_str().unwrap().to_owned();
    workspace.run(&["state", "rm", IT]).expect_ok();
    workspace.import(IT, &format!("churn/{id}")).expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    let all = Workspace::bare(&config(&registry.url(), &token, HTTP));
    all.apply()
        .expect_error_containing(&["Permission Denied", "CAN MANAGE"]);
}

fn what_databricks_lacks_is_refused_by_plan() {
    let registry = Databricks::start();
    for (body, says) in [
        (
            format!("name = \"n\"\n{HTTP}").replace("COMMENT", "C"),
            "names of webhooks",
        ),
        (
            HTTP.replace("https://", "http://"),
            "Receiver Without HTTPS",
        ),
    ] {
        let config = config(&registry.url(), ADMIN, &body);
        let config = config.replace(", \"COMMENT_CREATED\"", "");
        Workspace::bare(&config)
            .plan()
            .expect_error_containing(&[says]);
    }
    assert_eq!(registry.requests().len(), 0);
}

fn a_webhook_deleted_elsewhere_is_planned_anew() {
    let registry = Databricks::start();
    let workspace = workspace(&registry, HTTP);
    workspace.apply().expect_ok();
    let id = workspace.resource(IT)["id"].as_str().unwrap().to_owned();
    registry.patch(&json!({"id": id, "status": "DISABLED"}));
    assert_eq!(
        workspace.planned_actions(),
        [(IT.to_owned(), "update".to_owned())]
    );
    registry.delete(&id);
    assert_eq!(
        workspace.planned_actions(),
        [(IT.to_owned(), "create".to_owned())]
    );
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let id = workspace.resource(IT)["id"].as_str().unwrap().to_owned();
    registry.delete(&id);
    workspace.destroy().expect_ok();
}

fn a_bad_list_drops_nothing() {
    let registry = Databricks::start();
    let proxy = Proxy::start(registry.address());
    let workspace = Workspace::bare(&config(&proxy.url(), ADMIN, HTTP));
    let workspace = workspace.env("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1");
    workspace.apply().expect_ok();
    for loss in [
        Loss::Answer(Response::html(200, "<h1>Log in</h1>")),
        Loss::Answer(Response::html(404, "Not Found")),
        Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "oops")),
        Loss::Truncate,
    ] {
        let label = format!("{loss:?}");
        proxy.inject("GET", &format!("{API}/list"), 20, Fault::Afterwards(loss));
        let plan = workspace.plan();
        assert!(!plan.is_ok(), "{label}: {}", plan.text());
        assert!(!plan.text().contains("will be created"), "{label}");
        proxy.heal();
    }
    workspace.expect_clean_plan();
}

fn a_list_that_lags_makes_no_trouble() {
    let registry = Databricks::start_with(Options {
        lag: std::time::Duration::from_secs(2),
        ..Options::default()
    });
    let workspace = workspace(&registry, HTTP);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(registry.webhooks().len(), 1);
}

fn a_lost_answer_leaves_exactly_one() {
    for (loss, lag) in [
        (Loss::Answer(Response::html(503, "Unavailable")), 0),
        (Loss::Reset, 0),
        (Loss::Reset, 1),
    ] {
        let registry = Databricks::start_with(Options {
            lag: std::time::Duration::from_secs(lag),
            ..Options::default()
        });
        let proxy = Proxy::start(registry.address());
        let create = format!("{API}/create");
        proxy.inject("POST", &create, 2, Fault::Afterwards(loss.clone()));
        let twins = format!("count = 3\n{HTTP}");
        let workspace = Workspace::bare(&config(&proxy.url(), ADMIN, &twins));
        workspace.apply().expect_ok();
        assert_eq!(registry.webhooks().len(), 3, "{loss:?}, lag {lag}");
        workspace.expect_clean_plan();
        workspace.destroy().expect_ok();
        assert_eq!(registry.webhooks().len(), 0, "{loss:?}, lag {lag}");
    }
}

fn the_peers_state_is_taken_over() {
    let registry = Databricks::start();
    let id = registry.create(&json!({
        "events": ["MODEL_VERSION_CREATED", "COMMENT_CREATED"],
        "description": "From the peer",
        "http_url_spec": {"url": "https://ci.example.com/hook", "secret": "s"},
    }));
    let body = format!(
        "description = \"From the peer\"\n{}",
        HTTP.replace("url =", "secret = \"s\"\n    url =")
    );
    let moved = "moved {\n  from = databricks_mlflow_webhook.it\n  to = mlflow_webhook.it\n}\n";
    let config = config(&registry.url(), ADMIN, &body) + moved;
    let workspace = Workspace::bare(&config).beside("databricks/databricks");
    let state = peers_state(&id);
    workspace.write("terraform.tfstate", &state.to_string());
    assert_eq!(
        workspace.planned_actions(),
        [(IT.to_owned(), "update".to_owned())]
    );
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["id"], id.as_str());
    assert_eq!(registry.webhooks().len(), 1);
}

/// The state file of a webhook that the Databricks provider made.
fn peers_state(id: &str) -> Value {
    json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {},
        "resources": [{
            "mode": "managed", "type": "databricks_mlflow_webhook", "name": "it",
            "provider": "provider[\"registry.terraform.io/databricks/databricks\"]",
            "instances": [{"schema_version": 0, "attributes": {
                "id": id, "description": "From the peer", "model_name": "", "status": "",
                "events": ["MODEL_VERSION_CREATED", "COMMENT_CREATED"],
                "http_url_spec": [{"url": "https://ci.example.com/hook", "secret": "",
                                   "authorization": "", "enable_ssl_verification": true}],
                "job_spec": [], "provider_config": [],
            }}],
        }],
    })
}
