//! After an apply there is nothing left to plan, however the configuration was written.

use super::{IT, with_body};
use crate::support::mlflow::Server;
use crate::support::proxy::Proxy;
use crate::support::terraform::Workspace;
use crate::support::{Case, cases, unique};

const URL: &str = "http://127.0.0.1:9/hook";

pub fn cases() -> Vec<Case> {
    cases![
        what_is_left_out_stays_out,
        texts_of_any_kind_survive,
        null_and_empty_description_are_the_same_to_the_server,
        another_spelling_of_events_sends_nothing,
        dynamic_blocks_may_be_unknown_while_planning,
        values_may_be_unknown_while_planning,
        many_webhooks_are_applied_and_refreshed,
    ]
}

fn what_is_left_out_stays_out() {
    let server = Server::shared();
    let config = with_body(&unique("bare"), "", &format!("url = {URL:?}"));
    let workspace = Workspace::new(server, &config);
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

fn texts_of_any_kind_survive() {
    let server = Server::shared();
    for text in [
        "Caf\u{e9}, composed",
        "Cafe\u{301}, decomposed",
        "\\u00e9 \\\"quoted\\\" $${not} %%{any} \\t tab",
        "two\\nlines",
        "\u{1f680} and  spaces  ",
    ] {
        let description = format!("description = \"{text}\"");
        let config = with_body(&unique("text"), &description, &format!("url = {URL:?}"));
        let workspace = Workspace::new(server, &config);
        workspace.apply().expect_ok();
        assert!(workspace.plan_is_clean(), "{text}");
        workspace.destroy().expect_ok();
    }
}

fn null_and_empty_description_are_the_same_to_the_server() {
    let proxy = Proxy::start(Server::shared().address());
    let name = unique("empty");
    let config = |more| with_body(&name, more, &format!("url = {URL:?}"));
    let workspace = Workspace::at(&proxy.url(), &config(""));
    workspace.apply().expect_ok();
    workspace.write("main.tf", &at(&proxy, &config("description = \"\"")));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["description"], "");
    workspace.write("main.tf", &at(&proxy, &config("")));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(proxy.count("PATCH", "/"), 0);
    workspace.destroy().expect_ok();
}

fn another_spelling_of_events_sends_nothing() {
    let proxy = Proxy::start(Server::shared().address());
    let config = with_body(&unique("spelt"), "", &format!("url = {URL:?}"));
    let events = |names: &str| config.replace("\"registered_model.created\"", names);
    let first = events("\"MODEL_VERSION_CREATED\", \"prompt.created\"");
    let workspace = Workspace::at(&proxy.url(), &first);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let spelt = workspace.resource(IT)["events"].to_string();
    assert!(spelt.contains("MODEL_VERSION_CREATED"), "{spelt}");
    let respelt = events("\"prompt.created\", \"model_version.created\"");
    workspace.write("main.tf", &at(&proxy, &respelt));
    workspace.expect_clean_plan();
    workspace.apply().expect_ok();
    assert_eq!(proxy.count("PATCH", "/"), 0);
    let grown = events("\"prompt.created\", \"model_version.created\", \"prompt_tag.set\"");
    workspace.write("main.tf", &at(&proxy, &grown));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(proxy.count("PATCH", "/"), 1);
    workspace.destroy().expect_ok();
}

fn dynamic_blocks_may_be_unknown_while_planning() {
    let config = format!(
        r#"
resource "terraform_data" "urls" {{ input = [{URL:?}] }}
resource "terraform_data" "jobs" {{ input = [] }}
resource "mlflow_webhook" "it" {{
  name   = "{}"
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
"#,
        unique("dynamic")
    );
    let workspace = Workspace::new(Server::shared(), &config);
    workspace.validate().expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn values_may_be_unknown_while_planning() {
    let config = format!(
        r#"
resource "terraform_data" "name" {{ input = "{}" }}
resource "terraform_data" "events" {{ input = ["prompt.created"] }}
resource "mlflow_webhook" "it" {{
  name        = terraform_data.name.output
  description = "For ${{terraform_data.name.id}}"
  status      = terraform_data.events.output[0] == "" ? "ACTIVE" : "DISABLED"
  events      = terraform_data.events.output
  http_url_spec {{
    url    = "http://127.0.0.1:9/${{terraform_data.name.id}}"
    secret = terraform_data.name.id
  }}
}}
"#,
        unique("unknown")
    );
    let workspace = Workspace::new(Server::shared(), &config);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["status"], "DISABLED");
    workspace.destroy().expect_ok();
}

fn many_webhooks_are_applied_and_refreshed() {
    let config = with_body(&unique("many"), "count = 30", &format!("url = {URL:?}"));
    let workspace = Workspace::new(Server::shared(), &config);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn at(proxy: &Proxy, config: &str) -> String {
    let uri = proxy.url();
    format!("provider \"mlflow\" {{\n  tracking_uri = {uri:?}\n}}\n{config}")
}
