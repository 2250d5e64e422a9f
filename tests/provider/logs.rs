//! At TRACE the provider tells what it does, and no secret is in anything that leaves it.

use super::webhook;
use crate::support::http::Response;
use crate::support::mlflow::Server;
use crate::support::proxy::{Fault, Loss, Proxy};
use crate::support::terraform::Workspace;
use crate::support::{Case, cases, unique};

pub fn cases() -> Vec<Case> {
    cases![secrets_stay_out_of_logs_and_errors]
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

/// The receiver's URL is a plain argument, so a plan may show its query; logs may not.
fn expect_no_canary(label: &str, text: &str) {
    for canary in [
        "canary-secret",
        "canary-other",
        "canary-token",
        "canary-header",
        "canary-password",
        "canary-sql",
    ] {
        assert!(!text.contains(canary), "{label}: {canary} in {text}");
    }
    let logs = text.split(" provider.terraform-provider-mlflow").skip(1);
    for line in logs {
        let line = line.split(" 20").next().unwrap_or_default();
        assert!(!line.contains("canary"), "{label}: {line}");
    }
}
