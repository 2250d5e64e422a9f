//! What many models and aliases cost the server, in a workspace of their own.

use super::API;
use crate::support::{
    Case, cases, feature::Feature, mlflow::Server, models::Models, proxy::Proxy,
    terraform::Workspace, unique,
};

pub fn cases() -> Vec<Case> {
    cases![three_hundred_of_each_cost_a_handful_of_requests]
}

const MANY: usize = 300;
/// The models that the aliases belong to.
const WITH_ALIASES: usize = 3;
const MOST: usize = 12;

fn three_hundred_of_each_cost_a_handful_of_requests() {
    if !Feature::Workspaces.is_there() {
        return;
    }
    let (server, team) = (Server::with_workspaces(), unique("many"));
    server.rest().create_workspace(&team);
    let proxy = Proxy::start(server.address());
    let models = models(&team);
    let workspace = Workspace::at(&proxy.url(), &models);
    workspace.apply().expect_ok();
    let sent = proxy.requests().len() - proxy.count("GET", "/server-info");
    assert_eq!((proxy.count("POST", "/create"), sent), (MANY, MANY));

    for at in 0..WITH_ALIASES {
        let of_team = Models::of(server.rest().in_workspace(&team));
        of_team.add_versions(&format!("m-{at}"), 1);
    }
    workspace.write("aliases.tf", &aliases(&team));
    workspace.apply().expect_ok();
    proxy.clear();
    workspace.expect_clean_plan();
    let requests = proxy.count("GET", API);
    assert!(requests <= MOST, "{requests} requests");
    server.rest().delete_workspace(&team);
}

fn models(team: &str) -> String {
    format!(
        "resource \"mlflow_registered_model\" \"it\" {{\n  count = {MANY}\n  workspace = {team:?}\n  \
         name = \"m-${{count.index}}\"\n  tags = {{ team = \"a\" }}\n  force_destroy = true\n}}\n"
    )
}

fn aliases(team: &str) -> String {
    format!(
        "resource \"mlflow_registered_model_alias\" \"it\" {{\n  count = {MANY}\n  workspace = {team:?}\n  \
         model_name = mlflow_registered_model.it[count.index % {WITH_ALIASES}].name\n  \
         alias = \"a-${{count.index}}\"\n  version = \"1\"\n}}\n"
    )
}
