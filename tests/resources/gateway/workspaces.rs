//! One provider block, several workspaces: names are unique in each, and nothing lands in the wrong one.

use serde_json::Value;

use super::{KEY, Subject};
use crate::support::{
    Case, cases, feature::Feature, gateway::Gateway, mlflow::Server, terraform::Workspace, unique,
};

pub fn cases() -> Vec<Case> {
    if !Feature::Workspaces.is_there() {
        return Vec::new();
    }
    cases![
        objects_live_where_they_say,
        a_workspace_that_is_unknown_is_told
    ]
}

fn objects_live_where_they_say() {
    let (it, server) = (Subject::new("same"), Server::with_workspaces());
    let teams = [unique("team-a"), unique("team-b")];
    let all: String = teams.iter().map(|team| one(&it, server, team)).collect();
    let workspace = Workspace::new(server, &all);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    for team in &teams {
        let gateway = Gateway::of(server.rest().in_workspace(team));
        assert_eq!(gateway.secrets(&it.name).len(), 1);
        assert_eq!(gateway.endpoints(&it.name).len(), 1);
    }
    let default = Gateway::of(server.rest());
    assert_eq!(default.secrets(&it.name), Vec::<Value>::new());
    let address = format!("mlflow_gateway_secret.{}", teams[0]);
    let id = workspace.resource(&address)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    workspace.run(&["state", "rm", &address]).expect_ok();
    let id = format!("workspace={}/{id}", teams[0]);
    workspace.import(&address, &id).expect_ok();
    workspace.destroy().expect_ok();
    let gateway = Gateway::of(server.rest().in_workspace(&teams[0]));
    assert_eq!(gateway.secrets(&it.name), Vec::<Value>::new());
}

/// A secret, a definition and an endpoint in a workspace, named after it in the configuration.
fn one(it: &Subject, server: &Server, team: &str) -> String {
    server.rest().create_workspace(team);
    let within = |more: &str| format!("workspace = {team:?}\n  {more}");
    let model = "model {\n    model_definition_id = mlflow_gateway_model_definition.it.id\n  }\n  \
                 usage_tracking = false";
    let config = format!(
        "{}{}{}",
        it.secret(&within(&format!("secret_value = {{ api_key = {KEY:?} }}"))),
        it.definition(&within("model_name = \"gpt-4o\"")),
        it.endpoint(&within(model))
    );
    config
        .replace("\"it\"", &format!("{team:?}"))
        .replace(".it.", &format!(".{team}."))
}

/// The server's code for it is that of a missing object.
fn a_workspace_that_is_unknown_is_told() {
    let it = Subject::new("nowhere");
    let more = format!("workspace = \"nowhere\"\n  secret_value = {{ api_key = {KEY:?} }}");
    let workspace = Workspace::new(Server::with_workspaces(), &it.secret(&more));
    let says = ["Workspace Not Found"];
    workspace.apply().expect_error_containing(&says);
}
