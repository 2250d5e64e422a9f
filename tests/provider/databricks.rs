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
        what_a_block_says_wrong_of_a_workspace_is_refused_offline,
        profiles_and_files_that_are_not_there_are_told,
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
    workspace.validate().expect_error_containing(&[
        "Invalid Databricks Argument",
        "more than one authentication method are set: token (pat) and username (basic)",
    ]);
    let workspace = workspace.env("DATABRICKS_AUTH_TYPE", "pat");
    workspace.plan().expect_ok();
    let one = at("https://dbc.example.com", "token = \"dapi1\"");
    let workspace = Workspace::bare(&one).env("DATABRICKS_USERNAME", "ada");
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

/// Each with the argument at which it is told.
fn what_a_block_says_wrong_of_a_workspace_is_refused_offline() {
    for (block, says) in [
        (
            "tracking_uri = \"databricks\"\n token = \"canary\"",
            ["Argument for MLflow Only", "databricks.token"],
        ),
        (
            "databricks = {}\n workspace = \"team-a\"",
            ["Argument for MLflow Only", "databricks.host"],
        ),
        (
            "databricks = { host = \"http://dbc.example.com\" }",
            [
                "Invalid Databricks Argument",
                "The host must be an https address",
            ],
        ),
        (
            "databricks = { auth_type = \"canary\" }",
            [
                "Invalid Databricks Argument",
                "The value is none of pat, basic, oauth-m2m",
            ],
        ),
        (
            "databricks = { token = \"canary\\ncanary\" }",
            ["Wrong Kind of Value", "a line break or a control character"],
        ),
    ] {
        let workspace = Workspace::bare(&with(block));
        let refused = workspace.validate().expect_error_containing(&says);
        let own = refused
            .text()
            .replace(block.lines().last().unwrap().trim(), "");
        assert!(!own.contains("canary"), "{own}");
    }
}

/// By what names them: a text in their place may be a secret.
fn profiles_and_files_that_are_not_there_are_told() {
    let missing = "databricks = { profile = \"production\", config_file = \"/no-such/cfg\" }";
    let workspace = Workspace::bare(&with("tracking_uri = \"databricks://production\""));
    let says = ["a profile is asked for, and there is no", ".databrickscfg"];
    workspace.plan().expect_error_containing(&says);
    workspace.write(
        "home/.databrickscfg",
        "[dev]\nhost = https://dbc.example.com\n",
    );
    let says = ["has no profile configured by the name", "profile=***"];
    workspace.plan().expect_error_containing(&says);
    workspace.write("main.tf", &with(missing));
    workspace.plan().expect_error_containing(&[
        "the file that the argument databricks.config_file names does not exist",
    ]);
    workspace.write(
        "main.tf",
        &with("databricks = { host = \"https://dbc.example.com\" }"),
    );
    let workspace = workspace.env("DATABRICKS_AUTH_TYPE", "pta");
    workspace
        .plan()
        .expect_error_containing(&["auth type \"pta\" not found"]);
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
