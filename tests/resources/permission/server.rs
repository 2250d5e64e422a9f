//! What a server does by itself, as the guide on access tells: on one without workspaces, which has a
//! default permission, and brings its first admin back (A25).

use serde_json::{Value, json};

use super::{on_model, only};
use crate::support::{
    Case,
    access::{PASSWORD, as_user},
    cases,
    feature::Feature,
    mlflow::{ADMIN, ADMIN_PASSWORD, Options, Server},
    models::Models,
    rest::Rest,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![what_a_server_without_workspaces_does_by_itself]
}

const USERS: &str = "/api/2.0/mlflow/users";

fn admin(server: &Server, config: &str) -> Workspace {
    as_user(Workspace::new(server, config), ADMIN, ADMIN_PASSWORD)
}

fn make_user(rest: &Rest, name: &str) {
    let user = json!({"username": name, "password": PASSWORD});
    rest.expect("POST", &format!("{USERS}/create"), &user);
}

/// Several cases in one, because each would need a server of its own.
fn what_a_server_without_workspaces_does_by_itself() {
    let options = Options {
        admin_password: Some(ADMIN_PASSWORD),
        ..Options::default()
    };
    let mut server = Server::start(options.clone());
    let rest = server.rest();
    make_user(&rest, "ada");
    Models::of(rest.clone()).make("churn", "", &[]);
    everybody_reads(&server);
    roles_of_the_only_workspace(&server);
    make_user(&rest, "grace");
    let grace = json!({"username": "grace", "is_admin": true});
    rest.expect("PATCH", &format!("{USERS}/update-admin"), &grace);
    its_first_admin_goes(&server);
    server.restart(options);
    let back = server
        .rest()
        .expect("GET", &format!("{USERS}/current"), &Value::Null);
    assert_eq!(back["user"]["is_admin"], true);
}

fn status(server: &Server, method: &str, path: &str, body: &Value) -> u16 {
    let ada = server.anonymous().with_login("ada", PASSWORD);
    let path = format!("/api/2.0/mlflow/registered-models/{path}");
    ada.call(method, &path, body).status
}

fn reads(server: &Server) -> u16 {
    status(server, "GET", "get?name=churn", &Value::Null)
}

fn edits(server: &Server) -> u16 {
    let change = json!({"name": "churn", "description": "x"});
    status(server, "PATCH", "update", &change)
}

/// The default permission of its settings is READ, which nothing of Terraform's shows.
fn everybody_reads(server: &Server) {
    assert_eq!((reads(server), edits(server)), (200, 403));
    let workspace = admin(server, &on_model("ada", "churn", "EDIT", ""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!((reads(server), edits(server)), (200, 200));
    workspace.reconfigure(
        server,
        &on_model("ada", "churn", "EDIT", "workspace = \"team-a\""),
    );
    let says = ["Workspace Not Supported", "--enable-workspaces"];
    workspace.plan().expect_error_containing(&says);
    workspace.reconfigure(server, &on_model("ada", "churn", "EDIT", ""));
    if Feature::Denial.is_there() {
        workspace.reconfigure(server, &on_model("ada", "churn", "DENY", ""));
        assert_eq!(workspace.planned_actions(), only("update"));
        workspace.apply().expect_ok();
        assert_eq!((reads(server), edits(server)), (403, 403));
    }
    workspace.destroy().expect_ok();
    assert_eq!((reads(server), edits(server)), (200, 403));
}

fn roles_of_the_only_workspace(server: &Server) {
    let config = "resource \"mlflow_role\" \"it\" {\n  name = \"editors\"\n  permission {\n    \
        resource_type = \"registered_model\"\n    resource_pattern = \"*\"\n    permission = \"EDIT\"\n  }\n}\n\
        resource \"mlflow_role_assignment\" \"it\" {\n  role_id = mlflow_role.it.id\n  username = \"ada\"\n}\n";
    let workspace = admin(server, config);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(
        workspace.resource("mlflow_role.it")["workspace"],
        Value::Null
    );
    assert_eq!(edits(server), 200);
    workspace.destroy().expect_ok();
    assert_eq!(edits(server), 403);
}

/// Another admin may delete it, and the server makes it again at its next start.
fn its_first_admin_goes(server: &Server) {
    let config =
        "resource \"mlflow_user\" \"it\" {\n  username = \"admin\"\n  is_admin = true\n}\n";
    let workspace = as_user(Workspace::new(server, config), "grace", PASSWORD);
    workspace.import("mlflow_user.it", ADMIN).expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    let path = format!("{USERS}/get?username=admin");
    assert_eq!(server.rest().call("GET", &path, &Value::Null).status, 401);
}
