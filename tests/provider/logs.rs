//! At TRACE the provider tells what it does, and no secret is in anything that leaves it.

use super::webhook;
use crate::support::{
    Case, cases,
    databricks::{Databricks, Principal},
    http::Response,
    mlflow::Server,
    proxy::{Fault, Loss, Proxy},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        secrets_stay_out_of_logs_and_errors,
        secrets_stay_out_of_logs_and_errors_on_databricks,
    ]
}

fn secrets_stay_out_of_logs_and_errors() {
    let proxy = Proxy::start(Server::shared().address());
    let url = proxy.url();
    let block = format!(
        "provider \"mlflow\" {{\n tracking_uri = {url:?}\n token = \"canary-token\"\n \
         headers = {{ \"X-Gateway\" = \"canary-header\" }}\n}}\n"
    );
    let config = block + &webhook(&unique("logs"));
    let workspace = Workspace::bare(&config)
        .env("TF_LOG_PROVIDER", "TRACE")
        .env("MLFLOW_TRACKING_PASSWORD", "canary-password");
    let applied = workspace.apply().expect_ok();
    for useful in [
        "tf_rpc=ApplyResourceChange",
        "registry answered",
        "tf_resource_type=mlflow_webhook",
    ] {
        assert!(applied.stderr.contains(useful), "no {useful:?} in the log");
    }
    expect_no_canary("apply", &applied.text());
    let faults = [
        Loss::Answer(Response::html(200, "<html>canary-page</html>")),
        Loss::Answer(Response::json_error(
            400,
            "BAD_REQUEST",
            "refused [SQL: x] [parameters: ('canary-sql',)]",
        )),
        Loss::Close,
    ];
    let changed = config.replace("canary-secret", "canary-other");
    workspace.write("main.tf", &changed);
    for loss in faults {
        let label = format!("{loss:?}");
        proxy.inject("PATCH", "/", 50, Fault::Instead(loss));
        let failed = workspace.apply();
        let text = failed.text().replace("canary-page", "");
        expect_no_canary(&label, &text);
        proxy.heal();
    }
    workspace.destroy().expect_ok();
}

fn secrets_stay_out_of_logs_and_errors_on_databricks() {
    let workspace = Databricks::start();
    workspace.add_client("app", "canary-client", Principal::Admin);
    let http = r#""secret":"canary-secret","authorization":"Bearer canary-authorization""#;
    let job = r#""job_id":"7","access_token":"canary-access""#;
    for (sent, block) in [
        (http, WITH_SECRETS),
        (http, WITH_WRITE_ONLY_SECRETS),
        (job, WITH_A_TOKEN),
    ] {
        let echo = format!(r#"{{{sent},"X-Gateway":"canary-header"}}"#);
        tell_no_secret_of(&workspace, block, &echo);
    }
    let asked = workspace.count("POST", "/oidc/v1/token");
    assert!(asked >= 3, "the client's secret was not used");
}

const WITH_SECRETS: &str = r#"
http_url_spec {
  url           = "https://ci.example.com/hook?key=canary-query"
  secret        = "canary-secret"
  authorization = "Bearer canary-authorization"
}
"#;

const WITH_WRITE_ONLY_SECRETS: &str = r#"
http_url_spec {
  url                      = "https://ci.example.com/hook?key=canary-query"
  secret_wo                = "canary-secret"
  secret_wo_version        = 1
  authorization_wo         = "Bearer canary-authorization"
  authorization_wo_version = 1
}
"#;

const WITH_A_TOKEN: &str = r#"
job_spec {
  job_id       = "7"
  access_token = "canary-access"
}
"#;

/// Not even to a server that answers with what it was sent, `echo`.
fn tell_no_secret_of(registry: &Databricks, block: &str, echo: &str) {
    let proxy = Proxy::start(registry.address());
    let config = |more: &str| {
        format!(
            "provider \"mlflow\" {{\n databricks = {{\n host = {:?}\n client_id = \"app\"\n \
             client_secret = \"canary-client\"\n }}\n headers = {{ \"X-Gateway\" = \
             \"canary-header\" }}\n}}\nresource \"mlflow_webhook\" \"it\" {{\n \
             events = [\"COMMENT_CREATED\"]\n {more}\n {block}\n}}\n",
            proxy.url()
        )
    };
    let workspace = Workspace::bare(&config("")).env("TF_LOG_PROVIDER", "TRACE");
    let applied = workspace.apply().expect_ok();
    for useful in ["identity provider answered", "registry answered"] {
        assert!(applied.stderr.contains(useful), "no {useful:?} in the log");
    }
    expect_no_canary("apply", &applied.text());
    for loss in [
        Loss::Answer(Response::html(200, &format!("<pre>POST {echo}</pre>"))),
        Loss::Answer(Response::html(502, &format!("<pre>{echo}</pre>"))),
        Loss::Answer(Response::new(
            400,
            "text/plain",
            format!("BAD_REQUEST: {echo}"),
        )),
        Loss::Answer(Response::json_error(400, "MALFORMED_REQUEST", echo)),
        Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", echo)),
        Loss::Answer(Response::new(200, "application/json", echo)),
        Loss::Reset,
    ] {
        let label = format!("{loss:?}");
        proxy.inject("POST", "/create", 50, Fault::Instead(loss));
        let page = Response::html(200, "<h1>Log in</h1>");
        proxy.inject("GET", "/list", 50, Fault::Instead(Loss::Answer(page)));
        workspace.write("main.tf", &config("count = 2"));
        proxy.clear();
        let failed = workspace.run(&["apply", "-refresh=false", "-auto-approve"]);
        assert!(!failed.is_ok(), "{label}");
        assert!(proxy.count("POST", "/create") > 0, "{label}");
        expect_no_canary(&label, &failed.text());
        proxy.heal();
    }
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
}

/// The receiver's URL is a plain argument, so a plan may show its query; logs may not.
fn expect_no_canary(label: &str, text: &str) {
    for canary in [
        "canary-secret",
        "canary-other",
        "canary-token",
        "canary-header",
        "canary-password",
        "canary-sql",
        "canary-client",
        "canary-authorization",
        "canary-access",
    ] {
        assert!(!text.contains(canary), "{label}: {canary} in {text}");
    }
    let logs = text.split(" provider.terraform-provider-mlflow").skip(1);
    for line in logs {
        let line = line.split(" 20").next().unwrap_or_default();
        assert!(!line.contains("canary"), "{label}: {line}");
    }
}
