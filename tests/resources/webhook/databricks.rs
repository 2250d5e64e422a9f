//! The same resource on a Databricks workspace registry, where it differs from MLflow.

use std::time::Duration;

use serde_json::{Value, json};

use super::{IT, Subject, faults::another_registry_is_not_where_it_was, only};
use crate::support::{
    Case, cases,
    databricks::{ADMIN, Databricks, Options, Patch},
    http::Response,
    proxy::{Fault, Loss, Proxy},
    registry::Registry,
    terraform::Workspace,
};

pub(super) const HTTP: &str = "http_url_spec {\n    url = \"https://ci.example.com/hook\"\n  }";
const JOB: &str = "job_spec {\n    job_id = \"7\"\n    access_token = \"dapi-job\"\n  }";

pub fn cases() -> Vec<Case> {
    cases![
        what_is_written_in_any_way_plans_clean,
        what_is_removed_is_cleared,
        a_switch_of_target_leaves_exactly_one,
        secrets_go_along_when_their_block_is_sent,
        what_is_imported_applies_as_it_is,
        an_imported_job_needs_only_its_token,
        another_workspace_is_not_where_the_webhook_was,
        lost_answers_before_a_lagging_list_leave_exactly_as_many,
        the_peers_state_is_taken_over,
    ]
}

/// A configuration for the workspace at `host`, as the caller with this token.
pub(super) fn config(host: &str, token: &str, body: &str) -> String {
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

/// The stand-in in each way in which the real one may behave.
fn of_each_kind(mut case: impl FnMut(&Databricks)) {
    for (patch, contrary) in [(Patch::Merge, false), (Patch::Replace, true)] {
        case(&Databricks::start_with(Options {
            patch,
            names_workspace: contrary,
            shows_defaults: !contrary,
            reorders_events: contrary,
            ..Options::default()
        }));
    }
}

fn what_is_written_in_any_way_plans_clean() {
    of_each_kind(|registry| {
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
            HTTP.replace(
                "url =",
                "authorization_wo_version = 1\nauthorization_wo = \"Bearer x\"\nurl =",
            ),
        ] {
            let workspace = workspace(registry, &body);
            workspace.apply().expect_ok();
            assert!(workspace.plan_is_clean(), "{body}");
            if body.contains("_wo_version") {
                let state = workspace.state_text();
                assert!(!state.contains("dapi-job") && !state.contains("Bearer x"));
            }
            workspace.destroy().expect_ok();
            assert_eq!(registry.webhooks(), Vec::<Value>::new());
        }
    });
}

fn what_is_removed_is_cleared() {
    of_each_kind(|registry| {
        let more = "secret = \"s\"\nauthorization = \"Bearer x\"\n\
                    enable_ssl_verification = false\nurl =";
        let full = format!("description = \"Old\"\n{}", HTTP.replace("url =", more));
        let workspace = workspace(registry, &full);
        workspace.apply().expect_ok();
        let verified =
            |webhook: &Value| webhook["http_url_spec"]["enable_ssl_verification"].clone();
        assert_eq!(verified(&registry.webhooks()[0]), false);
        configure(&workspace, registry, HTTP);
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let left = registry.webhooks().remove(0);
        assert_eq!(verified(&left), true);
        assert_eq!(left["description"].as_str().unwrap_or_default(), "");
        for secret in ["secret", "authorization"] {
            let value = left["http_url_spec"][secret].as_str().unwrap_or_default();
            assert_eq!(value, "", "{secret}");
        }
        configure(&workspace, registry, "");
        workspace
            .plan()
            .expect_error_containing(&["Missing Target"]);
        workspace
            .apply()
            .expect_error_containing(&["Missing Target"]);
        assert_eq!(registry.webhooks(), [left]);
    });
}

fn a_switch_of_target_leaves_exactly_one() {
    let registry = Databricks::start();
    let workspace = workspace(&registry, HTTP);
    workspace.apply().expect_ok();
    for (to, kept, gone) in [
        (JOB, "job_spec", "http_url_spec"),
        (HTTP, "http_url_spec", "job_spec"),
    ] {
        configure(&workspace, &registry, to);
        assert_eq!(workspace.planned_actions(), only("delete-create"));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let left = registry.webhooks();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].get(gone), None);
        assert!(left[0][kept].is_object());
    }
}

fn secrets_go_along_when_their_block_is_sent() {
    of_each_kind(|registry| {
        let secrets =
            "secret_wo = \"s\"\nsecret_wo_version = 1\nauthorization = \"Bearer x\"\nurl =";
        let block = HTTP.replace("url =", secrets);
        let workspace = workspace(registry, &block);
        workspace.apply().expect_ok();
        configure(&workspace, registry, &block.replace("/hook", "/moved"));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let after = registry.webhooks().remove(0);
        let expected = json!({
            "url": "https://ci.example.com/moved",
            "secret": "s",
            "authorization": "Bearer x",
            "enable_ssl_verification": true,
        });
        assert_eq!(after["http_url_spec"], expected);
        assert!(!workspace.state_text().contains("\"s\""));
    });
}

fn what_is_imported_applies_as_it_is() {
    let registry = Databricks::start_with(Options {
        page_size: 2,
        ..Options::default()
    });
    let webhook = json!({
        "events": ["MODEL_VERSION_CREATED", "COMMENT_CREATED"],
        "status": "TEST_MODE",
        "http_url_spec": {"url": "https://ci.example.com/hook", "enable_ssl_verification": false},
    });
    let ids: Vec<_> = (0..5).map(|_| registry.create(&webhook)).collect();
    let body = HTTP.replace("url =", "enable_ssl_verification = false\nurl =");
    let workspace = workspace(&registry, &format!("status = \"TEST_MODE\"\n{body}"));
    // It is on the last of three pages.
    workspace.import(IT, &ids[4]).expect_ok();
    workspace.expect_clean_plan();
    workspace.run(&["state", "rm", IT]).expect_ok();
    let refused = workspace.import(IT, &format!("churn/{}", ids[4]));
    refused.expect_error_containing(&["Cannot import non-existent remote object"]);
}

/// Also where the registry names its own workspace, which nobody had written.
fn an_imported_job_needs_only_its_token() {
    let registry = Databricks::start();
    let id = registry.create(&json!({
        "events": ["MODEL_VERSION_CREATED", "COMMENT_CREATED"],
        "job_spec": {"job_id": "7", "access_token": "theirs"},
    }));
    let workspace = workspace(&registry, JOB);
    workspace.import(IT, &id).expect_ok();
    assert_eq!(workspace.planned_actions(), only("update"));
    registry.clear();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let sent = registry.requests().into_iter();
    let sent: Vec<_> = sent.filter(|it| it.method == "PATCH").collect();
    assert_eq!(sent.len(), 1);
    let expected = json!({"job_id": "7", "access_token": "dapi-job"});
    assert_eq!(sent[0].json()["job_spec"], expected);
}

fn another_workspace_is_not_where_the_webhook_was() {
    let other = Databricks::start();
    another_registry_is_not_where_it_was(&Subject::<Databricks>::new("elsewhere"), &other.url());
}

fn lost_answers_before_a_lagging_list_leave_exactly_as_many() {
    for loss in [
        Loss::Answer(Response::html(503, "Unavailable")),
        Loss::Reset,
    ] {
        let registry = Databricks::start_with(Options {
            lag: Duration::from_secs(1),
            ..Options::default()
        });
        let proxy = Proxy::start(registry.address());
        let create = format!("{}/create", Databricks::API);
        proxy.inject("POST", &create, 2, Fault::Afterwards(loss.clone()));
        let twins = format!("count = 3\n{HTTP}");
        let workspace = Workspace::bare(&config(&proxy.url(), ADMIN, &twins));
        workspace.apply().expect_ok();
        assert_eq!(registry.webhooks().len(), 3, "{loss:?}");
        workspace.expect_clean_plan();
        workspace.destroy().expect_ok();
        assert_eq!(registry.webhooks().len(), 0, "{loss:?}");
    }
}

fn the_peers_state_is_taken_over() {
    let http = json!({"url": "https://ci.example.com/hook", "secret": "s", "authorization": "a"});
    let secrets = "secret = \"s\"\nauthorization = \"a\"\nurl =";
    let job = json!({"job_id": "7", "access_token": "dapi-job"});
    for (block, spec, hcl) in [
        ("http_url_spec", http, HTTP.replace("url =", secrets)),
        ("job_spec", job, JOB.to_owned()),
    ] {
        let registry = Databricks::start();
        let id = registry.create(&json!({
            "events": ["MODEL_VERSION_CREATED", "COMMENT_CREATED"],
            "description": "From the peer",
            block: spec,
        }));
        let before = registry.webhook(&id).unwrap();
        let body = format!("description = \"From the peer\"\n{hcl}");
        let config = config(&registry.url(), ADMIN, &body) + MOVED;
        let workspace = Workspace::bare(&config).beside("databricks/databricks");
        workspace.write("terraform.tfstate", &peers_state(&before));
        if workspace.is_refused_by_old_hosts() {
            continue;
        }
        assert_eq!(workspace.planned_actions(), only("update"), "{block}");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(workspace.resource(IT)["id"], id.as_str());
        let after = registry.webhooks();
        assert_eq!(after.len(), 1);
        for secret in ["secret", "authorization", "access_token"] {
            assert_eq!(after[0][block][secret], before[block][secret], "{secret}");
        }
    }
}

const MOVED: &str =
    "moved {\n  from = databricks_mlflow_webhook.it\n  to   = mlflow_webhook.it\n}\n";

/// The state file of a webhook that the Databricks provider made: it loses every secret.
fn peers_state(webhook: &Value) -> String {
    let block = |name: &str| match webhook.get(name) {
        None => json!([]),
        Some(spec) => {
            let mut spec = spec.clone();
            for secret in ["secret", "authorization", "access_token"] {
                spec.as_object_mut().unwrap().remove(secret);
            }
            json!([spec])
        }
    };
    let state = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {},
        "resources": [{
            "mode": "managed", "type": "databricks_mlflow_webhook", "name": "it",
            "provider": "provider[\"registry.terraform.io/databricks/databricks\"]",
            "instances": [{"schema_version": 0, "attributes": {
                "id": webhook["id"], "description": webhook["description"],
                "events": webhook["events"], "model_name": "", "status": "",
                "http_url_spec": block("http_url_spec"), "job_spec": block("job_spec"),
                "provider_config": [],
            }}],
        }],
    });
    state.to_string()
}
