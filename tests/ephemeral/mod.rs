//! `mlflow_webhook_secret`: it signs, and it lies nowhere.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::support::http::Request;
use crate::support::mlflow::Server;
use crate::support::proxy::Proxy;
use crate::support::receiver::{Receiver, is_signed_with};
use crate::support::terraform::Workspace;
use crate::support::{Case, cases, unique};

/// All of them.
pub fn cases() -> Vec<Case> {
    cases![
        a_fresh_secret_signs_and_is_in_no_file,
        a_length_out_of_range_is_refused,
    ]
}

fn a_fresh_secret_signs_and_is_in_no_file() {
    let (server, receiver, name) = (Server::shared(), Receiver::start(), unique("fresh"));
    let proxy = Proxy::start(server.address());
    let workspace = Workspace::at(&proxy.url(), &config(&name, &receiver.url(), 1));
    let log = workspace.path("provider.log").display().to_string();
    let workspace = workspace
        .env("TF_LOG_PROVIDER", "TRACE")
        .env("TF_LOG_PATH", &log);
    workspace
        .run(&["plan", "-input=false", "-out=tfplan"])
        .expect_ok();
    workspace
        .run(&["apply", "-input=false", "tfplan"])
        .expect_ok();
    let first = sent(&proxy, "POST");
    assert_eq!(first.len(), 64, "32 bytes in hexadecimal digits");
    assert!(is_signed_with(&delivery(server, &receiver), &first));
    // Every plan makes another secret, and none of them is a change.
    workspace.expect_clean_plan();
    let update = config(&name, &receiver.url(), 2);
    workspace.write("main.tf", &format!("{}\n{update}", provider(&proxy)));
    workspace.apply().expect_ok();
    let second = sent(&proxy, "PATCH");
    assert_ne!(second, first);
    assert!(is_signed_with(&delivery(server, &receiver), &second));
    let plan = workspace.run(&["show", "-json", "tfplan"]).stdout;
    for secret in [first, second] {
        assert!(!plan.contains(&secret));
        expect_in_no_file(workspace.path("").as_path(), &secret);
    }
    workspace.destroy().expect_ok();
}

fn a_length_out_of_range_is_refused() {
    for length in ["15", "257", "32.5"] {
        let config =
            format!("ephemeral \"mlflow_webhook_secret\" \"it\" {{ length = {length} }}\n");
        Workspace::bare(&config)
            .validate()
            .expect_error_containing(&["Invalid Secret Length", "from 16 to 256"]);
    }
}

fn config(name: &str, url: &str, version: u32) -> String {
    format!(
        r#"
ephemeral "mlflow_webhook_secret" "it" {{}}
resource "mlflow_webhook" "it" {{
  name   = {name:?}
  events = ["registered_model.created"]
  http_url_spec {{
    url               = {url:?}
    secret_wo         = ephemeral.mlflow_webhook_secret.it.value
    secret_wo_version = {version}
  }}
}}
"#
    )
}

fn provider(proxy: &Proxy) -> String {
    format!("provider \"mlflow\" {{ tracking_uri = {:?} }}", proxy.url())
}

/// The secret in the last such request.
fn sent(proxy: &Proxy, method: &str) -> String {
    let requests = proxy.requests();
    let mut requests = requests.iter().rev();
    let request = requests.find(|it| it.is(method, "/webhooks"));
    let body = request.expect("it was sent").json();
    body["secret"].as_str().expect("a secret in it").to_owned()
}

/// What arrives when a model is registered now.
fn delivery(server: &Server, receiver: &Receiver) -> Request {
    let model = unique("model");
    server.rest().register_model(&model);
    let mine = |it: &Request| it.json()["data"]["name"] == json!(model);
    receiver.wait_for_matching(1, mine).remove(0)
}

fn expect_in_no_file(folder: &Path, secret: &str) {
    for entry in fs::read_dir(folder).expect("it is our own") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            expect_in_no_file(&path, secret);
            continue;
        }
        let content = fs::read(&path).expect("it is our own");
        let found = content
            .windows(secret.len())
            .any(|it| it == secret.as_bytes());
        assert!(!found, "{}", path.display());
    }
}
