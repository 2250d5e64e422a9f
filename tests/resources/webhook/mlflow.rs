//! The same resource on an MLflow server, where it differs from Databricks.

use super::{Subject, faults::another_registry_is_not_where_it_was, only};
use crate::support::{
    Case, cases,
    feature::Feature,
    http::Response,
    mlflow::{Options, Server},
    proxy::{Fault, Loss},
    registry::{Mlflow, Registry},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        another_server_or_workspace_is_not_where_the_webhook_was,
        a_server_over_files_is_told,
        a_missing_encryption_key_is_told,
        a_receiver_that_the_server_refuses_is_told_at_its_url,
        a_clearing_that_old_servers_ignore_replaces,
        an_event_that_the_server_lacks_is_told,
        what_is_too_long_is_told_before_it_is_sent,
        the_longest_texts_fit,
    ]
}

/// Two cases in one, because both need a server of their own.
fn another_server_or_workspace_is_not_where_the_webhook_was() {
    if !Feature::Workspaces.is_there() {
        let it = Subject::<Mlflow>::new("elsewhere");
        let other = Server::start(Options::default());
        another_registry_is_not_where_it_was(&it, &other.url());
        return;
    }
    let it = Subject::<Mlflow>::new("elsewhere");
    let other = Server::start(Options {
        workspaces: true,
        ..Options::default()
    });
    another_registry_is_not_where_it_was(&it, &other.url());
    an_unknown_workspace_is_told(&other, &it.signing(""));
}

fn an_unknown_workspace_is_told(server: &Server, config: &str) {
    let workspace = Workspace::new(server, config);
    workspace.apply().expect_ok();
    let lost = workspace.env("MLFLOW_WORKSPACE", "nowhere");
    lost.plan()
        .expect_error_containing(&["Workspace Not Found", "nowhere"]);
    server.rest().create_workspace("team-a");
    let moved = lost.env("MLFLOW_WORKSPACE", "team-a");
    let says = ["Webhook Lives on Another Registry", "workspace team-a"];
    moved.plan().expect_error_containing(&says);
    let home = moved.env("MLFLOW_WORKSPACE", "default");
    home.destroy().expect_ok();
}

/// A webhook on a server with these options.
fn on_server(options: Options) -> (Server, Workspace) {
    let server = Server::start(options);
    let config = Subject::<Mlflow>::new("special").signing("");
    let workspace = Workspace::new(&server, &config);
    (server, workspace)
}

fn a_server_over_files_is_told() {
    let (_server, workspace) = on_server(Options {
        file_store: true,
        ..Options::default()
    });
    workspace
        .apply()
        .expect_error_containing(&["Server Without Database", "--backend-store-uri"]);
}

fn a_missing_encryption_key_is_told() {
    let keyless = Options {
        encryption_key: false,
        ..Options::default()
    };
    let (mut server, workspace) = on_server(keyless.clone());
    workspace.apply().expect_ok();
    server.restart(keyless);
    let plan = workspace.plan();
    plan.expect_error_containing(&["MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY"]);
}

fn a_receiver_that_the_server_refuses_is_told_at_its_url() {
    let scheme = "MLFLOW_WEBHOOK_ALLOWED_SCHEMES";
    let private = "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS";
    let restricted = if Feature::PrivateAddressesRefused.is_there() {
        Options {
            private_ips: false,
            ..Options::default()
        }
    } else {
        Options {
            environment: vec![(scheme, "https")],
            ..Options::default()
        }
    };
    let (_server, workspace) = on_server(restricted);
    let says = ["Receiver URL Refused", scheme, private, "url ="];
    workspace.apply().expect_error_containing(&says);
}

fn a_clearing_that_old_servers_ignore_replaces() {
    let it = Subject::<Mlflow>::new("clearing");
    let proxy = it.proxy();
    let workspace = it.workspace_behind(&proxy, &it.signing("description = \"Old\""));
    workspace.apply().expect_ok();
    assert_eq!(proxy.count("GET", "/version"), 0);
    it.configure_behind(&proxy, &workspace, &it.signing(""));
    assert_eq!(workspace.planned_actions(), only(Mlflow::clearing()));
    let old = Response::new(200, "text/html", "3.15.0");
    proxy.inject("GET", "/version", 100, Fault::Instead(Loss::Answer(old)));
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    let applied = workspace.apply().expect_ok();
    assert!(applied.text().contains("Webhook Replaced to Clear a Value"));
    proxy.heal();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert_eq!(it.registry.webhooks(&it.name), []);
}

/// The crash that such a server answers with is staged where this one has all events.
fn an_event_that_the_server_lacks_is_told() {
    let it = Subject::<Mlflow>::new("lacking");
    let proxy = it.proxy();
    let prompts = "\"prompt.created\"";
    let config = it
        .with("", "")
        .replace("\"registered_model.created\"", prompts);
    if Feature::Prompts.is_there() {
        let crash = Response::html(500, "Internal Server Error");
        proxy.inject("POST", "/", 100, Fault::Instead(Loss::Answer(crash)));
        let old = Response::new(200, "text/html", "3.4.0");
        proxy.inject("GET", "/version", 100, Fault::Instead(Loss::Answer(old)));
    }
    let workspace = it.workspace_behind(&proxy, &config);
    let says = ["Event Unknown to Server", "prompt.created", "events ="];
    workspace.apply().expect_error_containing(&says);
    assert_eq!(it.webhooks(), []);
}

/// On PostgreSQL the server would refuse it, in words that repeat what was sent.
fn what_is_too_long_is_told_before_it_is_sent() {
    let it = Subject::<Mlflow>::new("long");
    let proxy = it.proxy();
    let workspace = it.workspace_behind(&proxy, &unknown_texts(&it, [501, 1001, 688]));
    workspace.plan().expect_ok();
    let refused = workspace.apply().expect_error_containing(&[
        "Value Too Long",
        "url ",
        "description =",
        "secret ",
    ]);
    let text = refused.text();
    let (_, errors) = text.split_once("Value Too Long").expect("it was told");
    assert!(!errors.contains("xxxx"), "{errors}");
    assert_eq!(proxy.count("POST", "/"), 0);
    assert_eq!(it.webhooks(), []);
}

fn the_longest_texts_fit() {
    let it = Subject::<Mlflow>::new("longest");
    let workspace = it.workspace(&unknown_texts(&it, [500, 1000, 687]));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.webhook().url.len(), 500);
    workspace.destroy().expect_ok();
}

/// A URL, a description and a secret of so many characters, unknown while planning.
fn unknown_texts(it: &Subject<Mlflow>, lengths: [usize; 3]) -> String {
    let url = format!("{}/", it.registry.receiver());
    let [path, description, secret] = [lengths[0] - url.len(), lengths[1], lengths[2]];
    let late = "resource \"terraform_data\" \"late\" { input = join(\"\", [for _ in range(1001) : \"x\"]) }\n";
    let text = |length: usize| format!("substr(terraform_data.late.output, 0, {length})");
    let (naming, description, secret) = (it.naming(), text(description), text(secret));
    format!(
        r#"{late}
resource "mlflow_webhook" "it" {{
  {naming}
  events      = ["registered_model.created"]
  description = {description}
  http_url_spec {{
    url    = "{url}${{{path}}}"
    secret = {secret}
  }}
}}
"#,
        path = text(path)
    )
}
