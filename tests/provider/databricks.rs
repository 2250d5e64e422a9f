//! A Databricks workspace, and who asks it, each from where Databricks' users keep them.

use crate::support::{
    Case, cases,
    databricks::{ADMIN, Databricks, Options, Principal},
    http::Response,
    proxy::{Fault, Loss, Proxy},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        a_workspace_is_found_in_every_way,
        tokens_are_asked_for_as_they_run_out,
        an_id_token_of_the_environment_is_exchanged,
        two_methods_at_once_are_a_conflict,
        who_is_refused_is_told_as_whom_they_asked,
    ]
}

const WEBHOOK: &str = r#"
resource "mlflow_webhook" "it" {
  events = ["COMMENT_CREATED"]
  http_url_spec { url = "https://ci.example.com/hook" }
}
"#;

fn with(block: &str) -> String {
    format!("provider \"mlflow\" {{\n{block}\n}}\n{WEBHOOK}")
}

/// The block of an object that has the host and more.
fn at(url: &str, more: &str) -> String {
    with(&format!("databricks = {{\n host = {url:?}\n {more}\n}}"))
}

fn a_workspace_is_found_in_every_way() {
    let registry = Databricks::start();
    let url = registry.url();
    let workspace = Workspace::bare(&at(&url, &format!("token = {ADMIN:?}")));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let profiles = format!(
        "[DEFAULT]\nhost = {url}\ntoken = {ADMIN}\n[other]\nhost = https://other.invalid\n\
         token = x\n[mine]\nhost = {url}/?o=1234567890123456\ntoken = {ADMIN}\n"
    );
    workspace.write("home/.databrickscfg", &profiles);
    for block in [
        "tracking_uri = \"databricks\"",
        "tracking_uri = \"databricks://mine\"",
        "databricks = {}",
        "databricks = { profile = \"mine\" }",
    ] {
        workspace.write("main.tf", &with(block));
        assert!(workspace.plan_is_clean(), "{block}");
    }
    workspace.write("main.tf", &with(""));
    let workspace = workspace.env("MLFLOW_TRACKING_URI", "databricks://mine");
    workspace.expect_clean_plan();
    let workspace = workspace
        .env("MLFLOW_TRACKING_URI", "")
        .env("DATABRICKS_CONFIG_PROFILE", "mine");
    workspace.expect_clean_plan();
    // The environment beats the profile.
    let workspace = workspace
        .env("DATABRICKS_CONFIG_PROFILE", "other")
        .env("DATABRICKS_HOST", &url)
        .env("DATABRICKS_TOKEN", ADMIN);
    workspace.expect_clean_plan();
    let workspace = workspace.env("DATABRICKS_CONFIG_PROFILE", "");
    workspace.destroy().expect_ok();
    assert_eq!(registry.webhooks().len(), 0);
}

fn tokens_are_asked_for_as_they_run_out() {
    // Shorter than a request is given: no token serves twice.
    let registry = Databricks::start_with(Options {
        token_life: std::time::Duration::from_secs(5),
        ..Options::default()
    });
    registry.add_client("a b", "s/+=", Principal::Admin);
    let login = "client_id = \"a b\"\n client_secret = \"s/+=\"";
    let workspace = Workspace::bare(&at(&registry.url(), login));
    workspace.apply().expect_ok();
    registry.expire_tokens();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    let asked = registry.count("POST", "/oidc/v1/token");
    let calls = ["POST", "GET", "DELETE"].map(|it| registry.count(it, "/registry-webhooks/"));
    let calls: usize = calls.iter().sum();
    assert!(
        asked >= calls && calls >= 4,
        "{asked} tokens, {calls} calls"
    );
}

fn an_id_token_of_the_environment_is_exchanged() {
    let registry = Databricks::start();
    registry.federate("pipeline-jwt", None, Principal::Admin);
    let workspace = Workspace::bare(&at(&registry.url(), ""));
    let workspace = workspace.env("DATABRICKS_OIDC_TOKEN", "pipeline-jwt");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    let stranger = workspace.env("DATABRICKS_OIDC_TOKEN", "canary-jwt");
    let refused = stranger.apply();
    let refused = refused.expect_error_containing(&["Not Authenticated", "env-oidc: POST"]);
    assert!(!refused.text().contains("canary-jwt"), "{}", refused.text());
}

fn two_methods_at_once_are_a_conflict() {
    let both = "token = \"dapi1\"\n username = \"ada\"";
    let workspace = Workspace::bare(&at("https://dbc.example.com", both));
    workspace.validate().expect_ok();
    workspace.plan().expect_error_containing(&[
        "Unusable Provider Configuration",
        "validate: more than one authorization method configured: basic and pat. Config: \
         host=https://dbc.example.com, token=***, username=ada",
    ]);
    let named = format!("{both}\n auth_type = \"pat\"");
    let workspace = Workspace::bare(&at("https://dbc.example.com", &named));
    workspace.plan().expect_ok();
}

fn who_is_refused_is_told_as_whom_they_asked() {
    let registry = Databricks::start();
    registry.add_client("app", "s3cret", Principal::Admin);
    let workspace = Workspace::bare(&at(&registry.url(), "token = \"dapi-of-old\""));
    workspace.apply().expect_error_containing(&[
        "403 PERMISSION_DENIED: Invalid access token",
        "The request was made with auth_type pat: check whether the token has expired",
    ]);
    let proxy = Proxy::start(registry.address());
    let login = "client_id = \"app\"\n client_secret = \"s3cret\"";
    let workspace = Workspace::bare(&at(&proxy.url(), login));
    let gone = Response::json_error(401, "UNAUTHENTICATED", "Credential was revoked.");
    proxy.inject("POST", "/create", 9, Fault::Instead(Loss::Answer(gone)));
    workspace.apply().expect_error_containing(&[
        "Not Authenticated",
        "401 UNAUTHENTICATED: Credential was revoked",
        "auth_type oauth-m2m: check that the service principal of client_id is a member",
    ]);
    // As in Databricks' own tools, no other token is asked for.
    assert_eq!(proxy.count("POST", "/create"), 1);
}
