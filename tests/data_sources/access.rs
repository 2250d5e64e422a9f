//! Users, roles, and whom the provider logs in as.

use serde_json::{Value, json};

use crate::support::{
    Case,
    access::{Access, PASSWORD, as_user},
    cases,
    feature::Feature,
    http::Response,
    mlflow::{ADMIN, Server},
    proxy::{Fault, Loss, Proxy},
    terraform::{Workspace, host_version, needed_version},
    unique,
};

pub fn cases() -> Vec<Case> {
    if !Feature::ListOfUsers.is_there() {
        return cases![there_is_no_list_of_users];
    }
    if !Feature::Roles.is_there() {
        return cases![users_are_filtered_and_ordered];
    }
    cases![
        users_are_filtered_and_ordered,
        a_list_that_a_deletion_tore_is_asked_for_again,
        roles_are_shown_and_hidden_ones_are_not,
        whoever_asks_is_told,
        what_is_not_there_is_told,
        lists_find_what_there_is,
        members_of_a_workspace_are_shown_all_users,
    ]
}

fn shown(type_name: &str, arguments: &str) -> String {
    format!(
        "data \"{type_name}\" \"it\" {{\n{arguments}\n}}\n\
         output \"it\" {{ value = jsonencode(data.{type_name}.it) }}\n"
    )
}

fn found(workspace: &Workspace) -> Value {
    workspace.apply().expect_ok();
    let text = workspace.state_json()["values"]["outputs"]["it"]["value"].clone();
    serde_json::from_str(text.as_str().expect("it is a text")).expect("it is JSON")
}

fn there_is_no_list_of_users() {
    let workspace = Access::shared().workspace(&shown("mlflow_users", ""));
    let says = ["MLflow Server Too Old", "3.10.0"];
    workspace.plan().expect_error_containing(&says);
}

fn users_are_filtered_and_ordered() {
    let (access, prefix) = (Access::shared(), unique("listed"));
    let names = ["c", "a", "b"].map(|it| format!("{prefix}-{it}"));
    for name in &names {
        access.make_user(name);
    }
    access.set_admin(&names[1], true);
    let found = |more: &str| {
        let arguments = format!("name_prefix = {prefix:?}\n{more}");
        found(&access.workspace(&shown("mlflow_users", &arguments)))
    };
    let all = found("");
    assert_eq!(all["usernames"], json!([names[1], names[2], names[0]]));
    let is_admin = |admin: bool| Feature::Roles.is_there().then_some(admin);
    let users = json!([
        {"username": names[1], "is_admin": is_admin(true)},
        {"username": names[2], "is_admin": is_admin(false)},
        {"username": names[0], "is_admin": is_admin(false)},
    ]);
    assert_eq!(all["users"], users);
    assert_eq!(
        found("name_regex = \"-[bc]$\"")["usernames"],
        json!([names[2], names[0]])
    );
    let everybody = access.workspace(&shown("mlflow_users", ""));
    let everybody = self::found(&everybody)["usernames"].clone();
    assert!(everybody.as_array().unwrap().contains(&json!(ADMIN)));
    for name in &names {
        access.delete_user(name);
    }
}

/// MLflow reads all users and then their roles, and answers with its page for bugs where one of those was
/// deleted in between.
fn a_list_that_a_deletion_tore_is_asked_for_again() {
    let access = Access::shared();
    let proxy = Proxy::start(access.server().address());
    let torn = Response::html(500, "<title>500 Internal Server Error</title>");
    proxy.inject("GET", "/users/list", 1, Fault::Instead(Loss::Answer(torn)));
    let everybody = found(&access.workspace_at(&proxy.url(), &shown("mlflow_users", "")));
    let names = everybody["usernames"].as_array().unwrap();
    assert!(names.contains(&json!(ADMIN)));
}

/// Not without the workspace, which an admin need not name, and which may yet have to be made.
fn members_of_a_workspace_are_shown_all_users() {
    let access = Access::shared();
    let (team, ada) = (access.some_workspace("member"), access.some_user("ada"));
    let role = access.make_role(&team, "readers");
    access.permit(role, "workspace", "*", "USE");
    access.assign(role, &ada);
    let config = shown("mlflow_users", "");
    let as_admin = access.workspace(&config);
    let as_admin = as_admin.env("MLFLOW_WORKSPACE", "yet-to-be-made");
    let names = found(&as_admin)["usernames"].clone();
    assert!(names.as_array().unwrap().contains(&json!(ada)));
    let member = as_user(access.workspace(&config), &ada, PASSWORD);
    let member = member.env("MLFLOW_WORKSPACE", &team);
    match Feature::ListForMembers.is_there() {
        true => assert!(
            found(&member)["usernames"]
                .as_array()
                .unwrap()
                .contains(&json!(ADMIN))
        ),
        false => drop(member.plan().expect_error_containing(&["Admin Needed"])),
    }
}

fn roles_are_shown_and_hidden_ones_are_not() {
    let access = Access::shared();
    let (team, ada) = (access.some_workspace("shown"), access.some_user("ada"));
    let id = access.make_role(&team, "readers");
    access.permit(id, "registered_model", "*", "READ");
    access.permit(id, "experiment", "*", "EDIT");
    let model = access.some_model(&team, "model");
    access.grant(&team, [&ada, "registered_model", &model, "READ"]);
    let of_team = |more: &str| format!("workspace = {team:?}\n{more}");
    let one = found(&access.workspace(&shown("mlflow_role", &of_team("name = \"readers\""))));
    assert_eq!(one["id"], id.to_string());
    assert_eq!(one["description"], Value::Null);
    let permissions = json!([
        {"resource_type": "experiment", "resource_pattern": "*", "permission": "EDIT"},
        {"resource_type": "registered_model", "resource_pattern": "*", "permission": "READ"},
    ]);
    assert_eq!(one["permissions"], permissions);
    let all = found(&access.workspace(&shown("mlflow_roles", &of_team(""))));
    let ids = all["ids"].as_object().unwrap();
    let names: Vec<_> = ids.keys().map(String::as_str).collect();
    assert_eq!(names, ["admin", "readers", "user"]);
    assert_eq!(all["roles"][1]["permissions"], permissions);
    let some = found(&access.workspace(&shown("mlflow_roles", &of_team("name_regex = \"^r\""))));
    assert_eq!(some["ids"], json!({"readers": id.to_string()}));
    // A member of the workspace may look.
    access.assign(id, &ada);
    let as_ada = as_user(
        access.workspace(&shown("mlflow_roles", &of_team(""))),
        &ada,
        PASSWORD,
    );
    assert_eq!(found(&as_ada)["ids"], all["ids"]);
    access.delete_user(&ada);
}

fn whoever_asks_is_told() {
    let access = Access::shared();
    let ada = access.some_user("ada");
    let config = shown("mlflow_current_user", "");
    let asked = found(&access.workspace(&config));
    assert_eq!(asked, json!({"username": ADMIN, "is_admin": true}));
    let asked = found(&as_user(access.workspace(&config), &ada, PASSWORD));
    assert_eq!(asked, json!({"username": ada, "is_admin": false}));
    let workspace = Workspace::new(Server::shared(), &config);
    let says = ["Server Without Logins", "--app-name basic-auth"];
    workspace.plan().expect_error_containing(&says);
    access.delete_user(&ada);
}

fn what_is_not_there_is_told() {
    let access = Access::shared();
    let (team, ada) = (access.some_workspace("absent"), access.some_user("ada"));
    let hidden = || access.hidden_role(&team, &ada);
    let model = access.some_model(&team, "model");
    access.grant(&team, [&ada, "registered_model", &model, "READ"]);
    assert!(hidden().is_some());
    let id = access.user(&ada).unwrap()["id"].clone();
    let role = |name: &str| {
        let arguments = format!("workspace = {team:?}\nname = {name:?}");
        access.workspace(&shown("mlflow_role", &arguments)).plan()
    };
    role("nobody").expect_error_containing(&["Role Not Found", "nobody"]);
    role("").expect_error_containing(&["name"]);
    let says = ["Role of a Single User", "mlflow_permission"];
    role(&format!("__user_{id}__")).expect_error_containing(&says);
    let nobody = as_user(access.workspace(&shown("mlflow_users", "")), &ada, PASSWORD);
    nobody.plan().expect_error_containing(&["Admin Needed"]);
    access.delete_user(&ada);
}

/// What `terraform query` finds of each type.
fn lists_find_what_there_is() {
    let query = |type_name: &str, workspace: &str, prefix: &str| {
        let place = match workspace {
            "" => String::new(),
            name => format!("    workspace = {name:?}\n"),
        };
        format!(
            "list \"{type_name}\" \"it\" {{\n  provider = mlflow\n  limit = 5000\n  config {{\n{place}    \
             name_prefix = {prefix:?}\n  }}\n}}\n"
        )
    };
    if host_version() < needed_version(&query("mlflow_user", "", "")) {
        return;
    }
    let access = Access::shared();
    let (team, ada) = (access.some_workspace("found"), access.some_user("found"));
    let role = access.make_role(&team, "readers");
    access.assign(role, &ada);
    let (signs, encoded) = (access.some_workspace("signs"), "a%2F%C3%BC".to_owned());
    access.make_role(&signs, "a/\u{fc}");
    let model = access.some_model(&team, "model");
    access.grant(&team, [&ada, "registered_model", &model, "READ"]);
    for (type_name, workspace, prefix, expected) in [
        ("mlflow_user", "", ada.as_str(), vec![ada.clone()]),
        (
            "mlflow_role",
            &team,
            "",
            vec!["admin".into(), "readers".into(), "user".into()],
        ),
        (
            "mlflow_role_assignment",
            "",
            &format!("{role}/"),
            vec![format!("{role}/{ada}")],
        ),
        // A prefix is written as the name is, or as the import id.
        ("mlflow_role", &signs, "a/\u{fc}", vec![encoded.clone()]),
        ("mlflow_role", &signs, "a%2F%C3%BC", vec![encoded.clone()]),
        (
            "mlflow_permission",
            &team,
            &ada,
            vec![format!("{ada}/registered_model/{model}")],
        ),
    ] {
        let it = access.workspace("");
        it.write("main.tfquery.hcl", &query(type_name, workspace, prefix));
        assert_eq!(queried(&it), expected, "{type_name}");
    }
    // An admin of the workspace is shown what is in it.
    let admin = access.role(&team, "admin").unwrap()["id"].as_i64().unwrap();
    access.assign(admin, &ada);
    let it = as_user(access.workspace(""), &ada, PASSWORD).env("MLFLOW_WORKSPACE", &team);
    let by_role = query("mlflow_role_assignment", "", &format!("{role}/"));
    it.write("main.tfquery.hcl", &by_role);
    match Feature::ListForMembers.is_there() {
        true => assert_eq!(queried(&it), [format!("{role}/{ada}")]),
        false => drop(
            it.run(&["query"])
                .expect_error_containing(&["Admin Needed"]),
        ),
    }
    access.delete_user(&ada);
}

/// The names of what a query finds, in order.
fn queried(workspace: &Workspace) -> Vec<String> {
    let run = workspace.run(&["query", "-json"]).expect_ok();
    let events = run
        .stdout
        .lines()
        .filter_map(|it| serde_json::from_str::<Value>(it).ok());
    let names = events.filter_map(|it| {
        let found = it["list_resource_found"]["display_name"].as_str()?;
        Some(found.to_owned())
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}
