//! Logins: an admin manages workspaces, and a member only sees which are its own.

use serde_json::{Value, json};

use super::{API, IT, named};
use crate::support::{
    Case,
    access::Access,
    cases,
    feature::Feature,
    mlflow::{Options, Server},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        admins_manage_and_members_look,
        roles_and_permissions_go_with_it,
    ]
}

const ADMIN: &str = "correct-horse-battery";
const USER: &str = "ordinary-horse-battery";

/// Several cases in one, because each would need a server of its own.
fn admins_manage_and_members_look() {
    let server = Server::start(Options {
        workspaces: true,
        admin_password: Some(ADMIN),
        ..Options::default()
    });
    let user = json!({"username": "ordinary", "password": USER});
    server
        .rest()
        .expect("POST", "/api/2.0/mlflow/users/create", &user);
    let config = named("team", "deletion_mode = \"CASCADE\"");
    let workspace = Workspace::new(&server, &config)
        .env("MLFLOW_TRACKING_USERNAME", "admin")
        .env("MLFLOW_TRACKING_PASSWORD", ADMIN);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    // What it holds does not stand in its way: the roles that the server made go with it.
    server.rest().create_workspace("other");

    let data = "data \"mlflow_workspaces\" \"it\" {}\ndata \"mlflow_server\" \"it\" {}\n\
                output \"names\" { value = jsonencode(data.mlflow_workspaces.it.names) }\n\
                output \"auth\" { value = data.mlflow_server.it.basic_auth }\n";
    let member = as_user(Workspace::new(&server, data));
    member.apply().expect_ok();
    let outputs = |workspace: &Workspace| workspace.state_json()["values"]["outputs"].clone();
    assert_eq!(outputs(&member)["auth"]["value"], true);
    assert_eq!(outputs(&member)["names"]["value"], "[]");
    if grants(&server) {
        member.apply().expect_ok();
        assert_eq!(outputs(&member)["names"]["value"], "[\"team\"]");
    }

    // One that may not look is told so, and drops nothing. Some servers let everybody look, and to
    // its members not every server shows one (A17).
    let looks = |name: &str| {
        let theirs = server.anonymous().with_login("ordinary", USER);
        let path = format!("{API}/{name}");
        theirs.call("GET", &path, &Value::Null).status == 200
    };
    let import = as_user(Workspace::new(&server, &named("other", ""))).import(IT, "other");
    if looks("other") {
        import.expect_ok();
    } else {
        import.expect_error_containing(&["Permission Denied"]);
    }
    let says = if looks("team") {
        "Already Exists"
    } else {
        "Permission Denied"
    };
    let theirs = as_user(Workspace::new(&server, &config));
    theirs.apply().expect_error_containing(&[says]);
    theirs.reconfigure(&server, &named("theirs", ""));
    let says = ["Permission Denied"];
    theirs.apply().expect_error_containing(&says);
    workspace.destroy().expect_ok();
    for gone in ["team", "theirs"].map(|name| format!("{API}/{name}")) {
        assert_eq!(server.rest().call("GET", &gone, &Value::Null).status, 404);
    }
}

/// Makes the user a member of the team, where the server has roles.
fn grants(server: &Server) -> bool {
    if !Feature::Roles.is_there() {
        return false;
    }
    let roles = "/api/3.0/mlflow/roles/list?workspace=team";
    let listed = server.rest().expect("GET", roles, &Value::Null);
    let roles = listed["roles"].as_array().cloned();
    let all = roles.expect("a workspace brings roles");
    let member = all.iter().find(|role| role["name"] == "user");
    let role = member.expect("one is for members")["id"].clone();
    let assignment = json!({"username": "ordinary", "role_id": role});
    let assign = "/api/3.0/mlflow/roles/assign";
    server.rest().expect("POST", assign, &assignment);
    true
}

/// A14: whichever way it goes, and though its models live on in the default one.
fn roles_and_permissions_go_with_it() {
    if !Feature::Roles.is_there() {
        return;
    }
    for mode in ["CASCADE", "SET_DEFAULT"] {
        let access = Access::shared();
        let team = access.some_workspace("ends");
        let (ada, model) = (access.some_user("ada"), access.some_model(&team, "model"));
        let workspace = access.workspace(&format!(
            "resource \"mlflow_role\" \"it\" {{\n  name = \"readers\"\n  workspace = {team:?}\n}}\n\
             resource \"mlflow_permission\" \"it\" {{\n  username = {ada:?}\n  workspace = {team:?}\n  \
             resource_type = \"registered_model\"\n  resource_id = {model:?}\n  \
             permission = \"EDIT\"\n}}\n"
        ));
        workspace.apply().expect_ok();
        let path = format!("{API}/{team}?mode={mode}");
        let gone = access.rest().call("DELETE", &path, &Value::Null);
        assert_eq!(gone.status, 204, "{}", gone.text());
        let created = ["mlflow_permission.it", "mlflow_role.it"];
        let created = created.map(|it| (it.to_owned(), "create".to_owned()));
        assert_eq!(workspace.planned_actions(), created, "{mode}");
        for place in [&team, "default"] {
            assert_eq!(access.own(place, &ada), [""; 0], "{mode}");
        }
        access.delete_user(&ada);
    }
}

fn as_user(workspace: Workspace) -> Workspace {
    workspace
        .env("MLFLOW_TRACKING_USERNAME", "ordinary")
        .env("MLFLOW_TRACKING_PASSWORD", USER)
}
