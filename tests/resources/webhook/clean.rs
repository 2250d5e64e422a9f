//! After an apply there is nothing left to plan, however the configuration was written.

use super::{IT, Subject};
use crate::support::{
    Case,
    registry::{Registry, on_both},
};

pub fn cases() -> Vec<Case> {
    on_both![
        what_is_left_out_stays_out,
        texts_of_any_kind_survive,
        null_and_empty_description_are_the_same_to_the_registry,
        another_spelling_of_events_sends_nothing,
        dynamic_blocks_may_be_unknown_while_planning,
        values_may_be_unknown_while_planning,
        many_webhooks_are_applied_and_refreshed,
    ]
}

fn what_is_left_out_stays_out<R: Registry>() {
    let it = Subject::<R>::new("bare");
    let workspace = it.workspace(&it.with("", ""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let state = workspace.resource(IT);
    assert_eq!(state["status"], "ACTIVE");
    assert_eq!(state["description"], serde_json::Value::Null);
    assert_eq!(state["http_url_spec"][0]["secret"], serde_json::Value::Null);
    assert_eq!(state["http_url_spec"][0]["enable_ssl_verification"], true);
    assert!(state["creation_timestamp"].as_i64().unwrap() > 1_600_000_000_000);
    workspace.destroy().expect_ok();
}

fn texts_of_any_kind_survive<R: Registry>() {
    for text in [
        "Caf\u{e9}, composed",
        "Cafe\u{301}, decomposed",
        "\\u00e9 \\\"quoted\\\" $${not} %%{any} \\t tab",
        "two\\nlines",
        "\u{1f680} and  spaces  ",
    ] {
        let it = Subject::<R>::new("text");
        let workspace = it.workspace(&it.with(&format!("description = \"{text}\""), ""));
        workspace.apply().expect_ok();
        assert!(workspace.plan_is_clean(), "{text}");
        workspace.destroy().expect_ok();
    }
}

fn null_and_empty_description_are_the_same_to_the_registry<R: Registry>() {
    let it = Subject::<R>::new("empty");
    let proxy = it.proxy();
    let workspace = it.workspace_behind(&proxy, &it.with("", ""));
    workspace.apply().expect_ok();
    let empty = it.with("description = \"\"", "");
    it.configure_behind(&proxy, &workspace, &empty);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["description"], "");
    it.configure_behind(&proxy, &workspace, &it.with("", ""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(proxy.count("PATCH", "/"), 0);
    workspace.destroy().expect_ok();
}

fn another_spelling_of_events_sends_nothing<R: Registry>() {
    let it = Subject::<R>::new("spelt");
    let proxy = it.proxy();
    let config = it.with("", "");
    let events = |names: &str| config.replace("\"registered_model.created\"", names);
    let first = events("\"MODEL_VERSION_CREATED\", \"registered_model.created\"");
    let workspace = it.workspace_behind(&proxy, &first);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let spelt = workspace.resource(IT)["events"].to_string();
    assert!(spelt.contains("MODEL_VERSION_CREATED"), "{spelt}");
    let respelt = events("\"REGISTERED_MODEL_CREATED\", \"model_version.created\"");
    it.configure_behind(&proxy, &workspace, &respelt);
    workspace.expect_clean_plan();
    workspace.apply().expect_ok();
    assert_eq!(proxy.count("PATCH", "/"), 0);
    let grown = respelt.replace("events = [", "events = [\"model_version_tag.set\", ");
    it.configure_behind(&proxy, &workspace, &grown);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(proxy.count("PATCH", "/"), 1);
    workspace.destroy().expect_ok();
}

fn dynamic_blocks_may_be_unknown_while_planning<R: Registry>() {
    let it = Subject::<R>::new("dynamic");
    let (naming, url) = (it.naming(), it.registry.receiver());
    let config = format!(
        r#"
resource "terraform_data" "urls" {{ input = [{url:?}] }}
resource "terraform_data" "jobs" {{ input = [] }}
resource "mlflow_webhook" "it" {{
  {naming}
  events = ["registered_model.created"]
  dynamic "http_url_spec" {{
    for_each = terraform_data.urls.output
    content {{ url = http_url_spec.value }}
  }}
  dynamic "job_spec" {{
    for_each = terraform_data.jobs.output
    content {{
      job_id       = job_spec.value
      access_token = "unused"
    }}
  }}
}}
"#
    );
    let workspace = it.workspace(&config);
    workspace.validate().expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn values_may_be_unknown_while_planning<R: Registry>() {
    let it = Subject::<R>::new("unknown");
    let (naming, url) = (
        R::naming("terraform_data.name.output"),
        it.registry.receiver(),
    );
    let config = format!(
        r#"
resource "terraform_data" "name" {{ input = "{}" }}
resource "terraform_data" "events" {{ input = ["model_version.created"] }}
resource "mlflow_webhook" "it" {{
  {naming}
  description = "For ${{terraform_data.name.id}}"
  status      = terraform_data.events.output[0] == "" ? "ACTIVE" : "DISABLED"
  events      = terraform_data.events.output
  http_url_spec {{
    url    = "{url}/${{terraform_data.name.id}}"
    secret = terraform_data.name.id
  }}
}}
"#,
        it.name
    );
    let workspace = it.workspace(&config);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["status"], "DISABLED");
    workspace.destroy().expect_ok();
}

fn many_webhooks_are_applied_and_refreshed<R: Registry>() {
    let it = Subject::<R>::new("many");
    let workspace = it.workspace(&it.with("count = 30", ""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.webhooks().len(), 30);
    workspace.destroy().expect_ok();
}
