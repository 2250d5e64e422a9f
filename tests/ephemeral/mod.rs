//! `mlflow_webhook_secret`: it signs, and it lies nowhere.

use std::{fs, path::Path};

use crate::support::{
    Case, cases,
    proxy::Proxy,
    registry::{Registry, on_both},
    terraform::Workspace,
    unique,
};

/// All of them.
pub fn cases() -> Vec<Case> {
    let once = cases![a_length_out_of_range_is_refused];
    [once, on_both![a_fresh_secret_signs_and_is_in_no_file]].concat()
}

fn a_fresh_secret_signs_and_is_in_no_file<R: Registry>() {
    let (registry, name) = (R::start(), unique("fresh"));
    let proxy = Proxy::start(registry.address());
    let config = |version| R::at(&proxy.url(), &config(&registry, &name, version));
    let workspace = Workspace::bare(&config(1));
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
    registry.assert_signs_with(Some(&first));
    // Every plan makes another secret, and none of them is a change.
    workspace.expect_clean_plan();
    workspace.write("main.tf", &config(2));
    workspace.apply().expect_ok();
    let second = sent(&proxy, "PATCH");
    assert_ne!(second, first);
    registry.assert_signs_with(Some(&second));
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

fn config<R: Registry>(registry: &R, name: &str, version: u32) -> String {
    let (naming, url) = (R::naming(&format!("{name:?}")), registry.receiver());
    format!(
        r#"
ephemeral "mlflow_webhook_secret" "it" {{}}
resource "mlflow_webhook" "it" {{
  {naming}
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

/// The secret in the last such request.
fn sent(proxy: &Proxy, method: &str) -> String {
    let requests = proxy.requests();
    let mut requests = requests.iter().rev();
    let request = requests.find(|it| it.is(method, "webhooks"));
    let body = request.expect("it was sent").json();
    let mut places = ["/secret", "/http_url_spec/secret"].into_iter();
    let secret = places.find_map(|it| body.pointer(it)?.as_str());
    secret.expect("a secret in it").to_owned()
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
