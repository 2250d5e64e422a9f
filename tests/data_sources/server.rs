//! The server itself: which it is, and what it has.

use crate::support::{
    Case, cases,
    feature::Feature,
    mlflow::{Server, version},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![is_shown_as_it_runs]
}

fn is_shown_as_it_runs() {
    let data =
        "data \"mlflow_server\" \"it\" {}\noutput \"it\" { value = data.mlflow_server.it }\n";
    let servers = match Feature::Workspaces.is_there() {
        true => vec![(Server::shared(), false), (Server::with_workspaces(), true)],
        false => vec![(Server::shared(), false)],
    };
    for (server, workspaces) in servers {
        let workspace = Workspace::new(server, data);
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let it = workspace.state_json()["values"]["outputs"]["it"]["value"].clone();
        assert_eq!(it["version"], version().to_string().as_str());
        assert_eq!(it["workspaces_enabled"], workspaces);
        assert_eq!(it["basic_auth"], false);
        if Feature::ServerInfo.is_there() {
            assert_eq!(it["store_type"], "SqlStore");
        }
    }
}
