//! The same resource on an MLflow server, where it differs from Databricks.

use super::faults::another_registry_is_not_where_it_was;
use super::{Subject, only};
use crate::support::http::Response;
use crate::support::mlflow::{Options, Server};
use crate::support::proxy::{Fault, Loss};
use crate::support::registry::{Mlflow, Registry};
use crate::support::terraform::Workspace;
use crate::support::{Case, cases};

pub fn cases() -> Vec<Case> {
    cases![
        another_server_or_workspace_is_not_where_the_webhook_was,
        a_server_over_files_is_told,
        a_missing_encryption_key_is_told,
        a_receiver_that_the_server_refuses_is_told_at_its_url,
        a_clearing_that_old_servers_ignore_replaces,
    ]
}

/// Two cases in one, because both need a server of their own.
fn another_server_or_workspace_is_not_where_the_webhook_was() {
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
    let (_server, workspace) = on_server(Options {
        private_ips: false,
        ..Options::default()
    });
    let says = [
        "Receiver URL Refused",
        "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS",
        "url =",
    ];
    workspace.apply().expect_error_containing(&says);
}

fn a_clearing_that_old_servers_ignore_replaces() {
    let it = Subject::<Mlflow>::new("clearing");
    let proxy = it.proxy();
    let workspace = it.workspace_behind(&proxy, &it.signing("description = \"Old\""));
    workspace.apply().expect_ok();
    assert_eq!(proxy.count("GET", "/version"), 0);
    it.configure_behind(&proxy, &workspace, &it.signing(""));
    assert_eq!(workspace.planned_actions(), only("update"));
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
