//! Servers that have no gateway say so in words.

use super::{
    KEY, Subject,
    budget_policy::{MONTHLY, budget},
};
use crate::support::{
    Case, cases,
    feature::Feature,
    mlflow::{Options, Server},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        one_whose_gateway_is_switched_off,
        one_that_keeps_its_data_in_files,
    ]
}

/// What there is to see on a server that is too old.
pub fn without() -> Vec<Case> {
    cases![one_that_is_too_old]
}

/// One of each, without references.
fn configs() -> [String; 2] {
    let it = Subject::new("without");
    let secret = it.secret(&format!("secret_value = {{ api_key = {KEY:?} }}"));
    [secret, budget(1.0, MONTHLY)]
}

fn one_whose_gateway_is_switched_off() {
    if !Feature::GatewayAddresses.is_there() {
        return;
    }
    let server = Server::start(Options {
        environment: vec![("MLFLOW_ENABLE_AI_GATEWAY", "false")],
        ..Options::default()
    });
    for config in configs() {
        let workspace = Workspace::new(&server, &config);
        let says = ["Gateway Switched Off", "MLFLOW_ENABLE_AI_GATEWAY"];
        let text = workspace.apply().expect_error_containing(&says).text();
        assert!(!text.contains("could not be found out"), "{text}");
    }
}

fn one_that_keeps_its_data_in_files() {
    let server = Server::start(Options {
        file_store: true,
        ..Options::default()
    });
    for config in configs() {
        let workspace = Workspace::new(&server, &config);
        let says = ["Server Without Database", "--backend-store-uri"];
        workspace.apply().expect_error_containing(&says);
    }
}

fn one_that_is_too_old() {
    for config in configs() {
        let workspace = Workspace::new(Server::shared(), &config);
        let says = ["MLflow Server Too Old", "3.11.1"];
        workspace.plan().expect_error_containing(&says);
    }
}
