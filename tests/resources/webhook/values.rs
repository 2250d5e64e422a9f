//! Values that are null, empty or not known yet, where there should be one: refused with their path as
//! soon as they can be seen, before anything is sent; and what only an import knows is no state.

use super::{IT, Subject, only};
use crate::support::{
    Case, cases,
    databricks::{ADMIN, Databricks},
    registry::{Made, Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        empty_values_are_refused_where_they_would_mean_something_else,
        a_null_where_a_value_is_needed_is_refused_by_validate,
        an_import_is_refused_while_credentials_of_databricks_are_unknown,
    ];
    let twice = on_both![
        an_import_waits_for_a_known_provider,
        what_turns_out_null_is_refused_before_anything_is_sent,
        elements_may_be_unknown,
        no_secret_and_no_description_may_be_written_as_empty,
    ];
    [once, twice].concat()
}

/// An address that is not known before apply, in the place of a known one.
fn with_unknown_address<R: Registry>(it: &Subject<R>, config: &str) -> String {
    let known = format!("{:?}", it.registry.url());
    let config = it.registry.with_provider(config);
    assert!(config.contains(&known), "{config}");
    let late = format!("resource \"terraform_data\" \"late\" {{ input = {known} }}\n");
    late + &config.replace(&known, "terraform_data.late.output")
}

const NOT_KNOWN: [&str; 1] = ["Provider Configuration Not Known"];

fn an_import_waits_for_a_known_provider<R: Registry>() {
    let it = Subject::<R>::new("unknown-import");
    let made = it.registry.make(&Made {
        secret: Some("theirs"),
        ..Made::named(&it.name)
    });
    let before = it.webhook();
    let resource = it.with("", "");
    let many = resource.replace("\"it\" {", "\"it\" {\n  for_each = toset([\"a\"])");
    let each = "import {\n  for_each = { a = \"ID\" }\n  to = mlflow_webhook.it[each.key]\n  \
                id = each.value\n}\n";
    let one = "import {\n  to = mlflow_webhook.it\n  id = \"ID\"\n}\n";
    for id in [made.as_str(), "00000000-0000-4000-8000-000000000000"] {
        for (import, resource) in [(one, &resource), (each, &many)] {
            let config = format!("{}{resource}", import.replace("ID", id));
            let workspace = Workspace::bare(&with_unknown_address(&it, &config));
            workspace.validate().expect_ok();
            workspace.plan().expect_error_containing(&NOT_KNOWN);
            workspace.apply().expect_error_containing(&NOT_KNOWN);
        }
    }
    assert_eq!(it.webhook(), before, "nothing was planned for it");
}

fn an_import_is_refused_while_credentials_of_databricks_are_unknown() {
    let it = Subject::<Databricks>::new("unknown-token");
    let made = it.registry.make(&Made::named(&it.name));
    let import = format!("import {{\n  to = {IT}\n  id = {made:?}\n}}\n");
    let token = format!("resource \"terraform_data\" \"late\" {{ input = {ADMIN:?} }}\n");
    let config = it
        .registry
        .with_provider(&format!("{import}{}", it.with("", "")));
    let config = config.replace(&format!("{ADMIN:?}"), "terraform_data.late.output");
    let workspace = Workspace::bare(&format!("{token}{config}"));
    workspace.plan().expect_error_containing(&NOT_KNOWN);
}

fn a_null_where_a_value_is_needed_is_refused_by_validate() {
    const MISSING: &str = "Missing Required Argument";
    let webhook = |more: &str, block: &str| {
        format!(
            "variable \"more\" {{\n  default = false\n}}\n\
             resource \"mlflow_webhook\" \"it\" {{\n  name = \"n\"\n  {more}\n  {block}\n}}\n"
        )
    };
    let events = "events = [\"prompt.created\"]";
    let http = "http_url_spec {\n    url = \"https://ci.example.com\"\n  }";
    for (config, says) in [
        (
            webhook(events, "http_url_spec {\n    url = null\n  }"),
            [MISSING, "url = null"],
        ),
        (webhook("events = null", http), [MISSING, "events = null"]),
        (
            webhook(
                events,
                "job_spec {\n    job_id = null\n    access_token = \"t\"\n  }",
            ),
            [MISSING, "job_id = null"],
        ),
        (
            webhook("events = [\"prompt.created\", null]", http),
            ["Null Element", "events ="],
        ),
        (
            "data \"mlflow_webhook_test\" \"it\" {\n  webhook_id = null\n}\n".to_owned(),
            [MISSING, "webhook_id = null"],
        ),
        (
            "data \"mlflow_webhooks\" \"it\" {\n  events = [null]\n}\n".to_owned(),
            ["Null Element", "events = [null]"],
        ),
        (
            "provider \"mlflow\" {\n  headers = { X-A = null }\n}\ndata \"mlflow_webhooks\" \"it\" {}\n"
                .to_owned(),
            ["Null Element", "headers"],
        ),
    ] {
        let workspace = Workspace::bare(&config);
        workspace.validate().expect_error_containing(&says);
    }
    // A variable's value is seen by the plan.
    let chosen = "events = [\"prompt.created\", var.more ? \"prompt_tag.set\" : null]";
    let workspace = Workspace::at("http://127.0.0.1:9", &webhook(chosen, http));
    workspace.validate().expect_ok();
    workspace
        .plan()
        .expect_error_containing(&["Null Element", "events ="]);
}

fn empty_values_are_refused_where_they_would_mean_something_else() {
    let events = "events = [\"MODEL_VERSION_CREATED\"]";
    let job = |job: &str| format!("job_spec {{\n    {job}\n  }}");
    let http = "http_url_spec {\n    url = \"https://ci.example.com\"\n  }";
    for (more, block, at) in [
        ("model_name = \"\"", http.to_owned(), "model_name = \"\""),
        (
            "",
            job("job_id = \"\"\n    access_token = \"t\""),
            "job_id = \"\"",
        ),
        (
            "",
            job("job_id = \"7\"\n    access_token = \"\""),
            "access_token = \"\"",
        ),
        (
            "",
            job("job_id = \"7\"\n    access_token_wo = \"\"\n    access_token_wo_version = 1"),
            "access_token_wo = \"\"",
        ),
    ] {
        let config =
            format!("resource \"mlflow_webhook\" \"it\" {{\n  {more}\n  {events}\n  {block}\n}}\n");
        let workspace = Workspace::bare(&config);
        let says = ["Empty Value", at];
        workspace.validate().expect_error_containing(&says);
    }
    for (config, says) in [
        (
            "data \"mlflow_webhook\" \"it\" {\n  id = \"\"\n}\n",
            ["Empty Value", "id = \"\""],
        ),
        (
            "provider \"mlflow\" {\n  token = \"\"\n}\ndata \"mlflow_webhooks\" \"it\" {}\n",
            ["Empty Value", "token = \"\""],
        ),
    ] {
        let workspace = Workspace::bare(config);
        workspace.validate().expect_error_containing(&says);
    }
}

/// Known only by the apply: `url`, an element of `events`.
fn what_turns_out_null_is_refused_before_anything_is_sent<R: Registry>() {
    let late = "resource \"terraform_data\" \"late\" {\n  input = { none = null }\n}\n";
    let none = "terraform_data.late.output.none";
    let it = Subject::<R>::new("late-null");
    let good = it.with("", "");
    let url = format!("{:?}", it.registry.receiver());
    let bad_url = good.replace(&url, none);
    let bad_events = good.replace("\"]", &format!("\", {none}]"));
    let wrong = [
        (bad_url, ["Missing Required Argument", "url"]),
        (bad_events, ["Null Element", "events"]),
    ];
    // As a creation.
    for (bad, says) in &wrong {
        assert!(bad.contains(none), "{bad}");
        let workspace = it.workspace(&format!("{late}{bad}"));
        workspace.plan().expect_ok();
        workspace.apply().expect_error_containing(says);
        assert_eq!(it.webhooks(), []);
    }
    // As an update.
    for (bad, says) in &wrong {
        let workspace = it.workspace(&good);
        workspace.apply().expect_ok();
        let before = it.webhook();
        it.configure(&workspace, &format!("{late}{bad}"));
        workspace.apply().expect_error_containing(says);
        assert_eq!(it.webhook(), before);
        it.configure(&workspace, &good);
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.webhook(), before);
        workspace.destroy().expect_ok();
    }
}

fn elements_may_be_unknown<R: Registry>() {
    let it = Subject::<R>::new("late-element");
    let (naming, url) = (it.naming(), it.registry.receiver());
    let config = format!(
        r#"
resource "terraform_data" "late" {{
  input = {{ event = "model_version.created", urls = [{url:?}] }}
}}
resource "mlflow_webhook" "it" {{
  {naming}
  events = ["registered_model.created", terraform_data.late.output.event]
  dynamic "http_url_spec" {{
    for_each = terraform_data.late.output.urls
    content {{
      url = http_url_spec.value
    }}
  }}
}}
"#
    );
    let workspace = it.workspace(&config);
    workspace.validate().expect_ok();
    workspace.plan().expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.webhook().url, url);
    workspace.destroy().expect_ok();
}

/// Where an empty text says "none" it stays allowed, and the state keeps it.
fn no_secret_and_no_description_may_be_written_as_empty<R: Registry>() {
    let it = Subject::<R>::new("none");
    let workspace = it.workspace(&it.with("description = \"\"", "secret = \"\""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["description"], "");
    let before = it.webhook();
    it.configure(&workspace, &it.with("", "secret = \"\""));
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.webhook(), before, "nothing was sent");
    workspace.destroy().expect_ok();
}
