//! `mlflow_role_assignment`: what a role permits holds for the user as long as it is assigned.

use crate::support::{
    Case,
    access::{Access, PASSWORD, as_user},
    cases,
    feature::Feature,
    proxy::{Fault, Loss, Proxy},
    terraform::{Workspace, host_version},
    unique,
};

/// All of them; that older servers are refused is among the cases of roles.
pub fn cases() -> Vec<Case> {
    if !Feature::Roles.is_there() {
        return Vec::new();
    }
    cases![
        a_user_may_while_it_is_assigned,
        a_team_from_a_map_comes_and_goes,
        what_is_gone_is_planned_for_creation,
        ids_that_are_given_again_are_followed,
        an_id_that_a_hidden_role_has_by_now_is_gone,
        a_hidden_role_is_neither_assigned_nor_imported,
        is_imported_by_id_and_by_the_roles_name,
        a_number_is_imported_as_an_id,
        what_is_not_there_is_told,
        an_assignment_is_never_adopted,
        what_a_login_is_not_shown_is_not_dropped,
        answers_that_are_lost_are_settled,
        by_validate_without_a_server,
    ]
}

const IT: &str = "mlflow_role_assignment.it";

/// A workspace with a role that reads models, a model, and a user.
struct Subject {
    access: Access,
    team: String,
    name: String,
    role: i64,
    user: String,
    model: String,
}

impl Subject {
    fn new(prefix: &str) -> Self {
        let access = Access::shared();
        let (team, name) = (access.some_workspace(prefix), unique("readers"));
        let role = access.make_role(&team, &name);
        access.permit(role, "registered_model", "*", "READ");
        Self {
            user: access.some_user(prefix),
            model: access.some_model(&team, prefix),
            access,
            team,
            name,
            role,
        }
    }

    fn config(&self) -> String {
        assigned(&self.role.to_string(), &self.user)
    }

    fn workspace(&self) -> Workspace {
        self.access.workspace(&self.config())
    }

    fn applied(&self) -> Workspace {
        let workspace = self.workspace();
        workspace.apply().expect_ok();
        workspace
    }

    fn reads(&self) -> u16 {
        self.access.reads_model(&self.team, &self.user, &self.model)
    }
}

fn assigned(role: &str, user: &str) -> String {
    format!(
        "resource \"mlflow_role_assignment\" \"it\" {{\n  role_id = {role:?}\n  username = {user:?}\n}}\n"
    )
}

fn only(action: &str) -> [(String, String); 1] {
    [(IT.to_owned(), action.to_owned())]
}

fn a_user_may_while_it_is_assigned() {
    let it = Subject::new("while");
    assert_eq!(it.reads(), 403);
    let workspace = it.applied();
    workspace.expect_clean_plan();
    assert_eq!(it.reads(), 200);
    assert_eq!(
        workspace.resource(IT)["id"],
        format!("{}/{}", it.role, it.user)
    );
    // Another user in its place.
    let other = it.access.some_user("other");
    workspace.reconfigure(it.access.server(), &assigned(&it.role.to_string(), &other));
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    workspace.apply().expect_ok();
    assert_eq!(it.reads(), 403);
    assert_eq!(it.access.reads_model(&it.team, &other, &it.model), 200);
    workspace.destroy().expect_ok();
    assert_eq!(it.access.reads_model(&it.team, &other, &it.model), 403);
}

/// Users, roles and assignments in one run, with only the server's own ids between them.
fn a_team_from_a_map_comes_and_goes() {
    let access = Access::shared();
    let (team, prefix) = (access.some_workspace("map"), unique("map"));
    let model = access.some_model(&team, "map");
    let config = |members: &str| {
        format!(
            "locals {{\n  members = {members}\n}}\n\
             resource \"mlflow_user\" \"all\" {{\n  for_each = local.members\n  \
             username = \"{prefix}-${{each.key}}\"\n  password = {PASSWORD:?}\n}}\n\
             resource \"mlflow_role\" \"all\" {{\n  for_each = toset(values(local.members))\n  \
             workspace = {team:?}\n  name = each.key\n  permission {{\n    \
             resource_type = \"registered_model\"\n    resource_pattern = \"*\"\n    \
             permission = each.key\n  }}\n}}\n\
             resource \"mlflow_role_assignment\" \"all\" {{\n  for_each = local.members\n  \
             role_id = mlflow_role.all[each.value].id\n  username = mlflow_user.all[each.key].username\n}}\n"
        )
    };
    let may = |name: &str| {
        let user = format!("{prefix}-{name}");
        (
            access.reads_model(&team, &user, &model),
            access.edits_model(&team, &user, &model),
        )
    };
    let workspace = access.workspace(&config("{ ada = \"READ\", bob = \"EDIT\" }"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!((may("ada"), may("bob")), ((200, 403), (200, 200)));
    workspace.reconfigure(access.server(), &config("{ ada = \"EDIT\" }"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(may("ada"), (200, 200));
    assert!(access.user(&format!("{prefix}-bob")).is_none());
    workspace.destroy().expect_ok();
    assert_eq!(access.role(&team, "EDIT"), None);
}

fn what_is_gone_is_planned_for_creation() {
    let it = Subject::new("gone");
    let workspace = it.applied();
    it.access.unassign(it.role, &it.user);
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    assert_eq!(it.reads(), 200);
    it.access.delete_user(&it.user);
    assert_eq!(workspace.planned_actions(), only("create"));
    let says = ["User Not Found", "single sign-on", &it.user];
    workspace.apply().expect_error_containing(&says);
    it.access.make_user(&it.user);
    workspace.apply().expect_ok();
    it.access.delete_role(it.role);
    assert_eq!(workspace.planned_actions(), only("create"));
    let no_refresh = ["destroy", "-input=false", "-auto-approve", "-refresh=false"];
    workspace.run(&no_refresh).expect_ok();
}

/// A role that is deleted elsewhere comes back under whatever id, and its assignments with it.
fn ids_that_are_given_again_are_followed() {
    let access = Access::shared();
    let (team, user) = (access.some_workspace("again"), access.some_user("again"));
    let config = format!(
        "resource \"mlflow_role\" \"it\" {{\n  name = \"readers\"\n  workspace = {team:?}\n}}\n\
         resource \"mlflow_role_assignment\" \"it\" {{\n  role_id = mlflow_role.it.id\n  username = {user:?}\n}}\n"
    );
    let workspace = access.workspace(&config);
    workspace.apply().expect_ok();
    let id = access.role(&team, "readers").unwrap()["id"]
        .as_i64()
        .unwrap();
    access.delete_role(id);
    // Somebody else's role, which has the id now where ids are given again.
    let stranger = access.make_role(&team, "strangers");
    if stranger == id {
        let says = ["Role Renamed or Replaced", "strangers"];
        workspace.plan().expect_error_containing(&says);
    }
    assert!(access.roles_of(&user).is_empty());
    access.delete_role(stranger);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(access.roles_of(&user), [format!("{team}/readers")]);
    workspace.destroy().expect_ok();
}

impl Subject {
    /// What holds what is permitted to the user alone.
    fn hidden(&self) -> i64 {
        let grant = [self.user.as_str(), "registered_model", &self.model, "READ"];
        self.access.grant(&self.team, grant);
        let hidden = self.access.hidden_role(&self.team, &self.user);
        hidden.expect("the server makes it")
    }
}

/// A server on SQLite gives the id of the newest role again, also to one of these.
fn an_id_that_a_hidden_role_has_by_now_is_gone() {
    let it = Subject::new("hidden");
    let workspace = it.applied();
    let id = |role: i64| format!("\"role_id\": \"{role}\"");
    workspace.restate(&id(it.role), &id(it.hidden()));
    let own = it.access.own(&it.team, &it.user);
    assert_eq!(workspace.planned_actions(), only("create"));
    let no_refresh = ["destroy", "-input=false", "-auto-approve", "-refresh=false"];
    workspace.run(&no_refresh).expect_ok();
    assert_eq!(it.access.own(&it.team, &it.user), own);
}

fn a_hidden_role_is_neither_assigned_nor_imported() {
    let it = Subject::new("hidden");
    let (hidden, ada) = (it.hidden(), it.access.some_user("ada"));
    let workspace = it.access.workspace(&assigned(&hidden.to_string(), &ada));
    let says = ["Role of a Single User", "mlflow_permission"];
    workspace.apply().expect_error_containing(&says);
    assert_eq!(it.access.own(&it.team, &ada), [""; 0]);
    let own = it
        .access
        .workspace(&assigned(&hidden.to_string(), &it.user));
    own.apply().expect_error_containing(&says);
    let own = format!("{hidden}/{}", it.user);
    workspace.import(IT, &own).expect_error_containing(&says);
}

fn a_number_is_imported_as_an_id() {
    let it = Subject::new("number");
    let named = it.access.make_role(&it.team, &it.role.to_string());
    it.access.assign(named, &it.user);
    let id = format!("{}/{}", it.role, it.user);
    let says = ["Cannot import non-existent remote object"];
    let workspace = it.workspace();
    workspace.import(IT, &id).expect_error_containing(&says);
}

fn is_imported_by_id_and_by_the_roles_name() {
    let it = Subject::new("import");
    it.access.assign(it.role, &it.user);
    let by_id = format!("{}/{}", it.role, it.user);
    let by_name = format!("{}/{}", it.name, it.user);
    for id in [&by_id, &by_name] {
        let workspace = it.workspace();
        workspace.import(IT, id).expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(workspace.resource(IT)["id"], by_id.as_str());
    }
    if host_version() >= (1, 12) {
        let import = format!(
            "import {{\n  to = {IT}\n  identity = {{ role_id = \"{}\", username = {:?} }}\n}}\n",
            it.role, it.user
        );
        let workspace = it.access.workspace(&format!("{import}{}", it.config()));
        let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
        let text = workspace.apply().expect_ok().text();
        assert!(text.contains(counts), "{text}");
    }
    // The same name in another workspace.
    let other = it.access.some_workspace("other");
    let other = it.access.make_role(&other, &it.name);
    it.access.assign(other, &it.user);
    let says = ["Role Name Not Unique", &format!("{other}/{}", it.user)];
    it.workspace()
        .import(IT, &by_name)
        .expect_error_containing(&says);
    let says = ["Cannot import non-existent remote object"];
    let absent = format!("{}/{}", it.role, unique("nobody"));
    it.workspace()
        .import(IT, &absent)
        .expect_error_containing(&says);
}

fn what_is_not_there_is_told() {
    let it = Subject::new("absent");
    let nobody = unique("nobody");
    let workspace = it
        .access
        .workspace(&assigned(&it.role.to_string(), &nobody));
    let says = ["User Not Found", "single sign-on", &nobody];
    workspace.apply().expect_error_containing(&says);
    let workspace = it.access.workspace(&assigned("999999", &it.user));
    workspace
        .apply()
        .expect_error_containing(&["Role Not Found", "999999"]);
}

fn an_assignment_is_never_adopted() {
    let it = Subject::new("taken");
    it.access.assign(it.role, &it.user);
    let workspace = it.workspace();
    let says = [
        "Already Exists",
        "import {",
        &format!("{}/{}", it.role, it.user),
    ];
    workspace.apply().expect_error_containing(&says);
    assert_eq!(it.reads(), 200);
}

/// To an admin of another workspace the server leaves it out.
fn what_a_login_is_not_shown_is_not_dropped() {
    let it = Subject::new("unseen");
    let workspace = it.applied();
    let (ada, other) = (
        it.access.some_user("ada"),
        it.access.some_workspace("other"),
    );
    let admin = |team: &str| {
        it.access.role(team, "admin").unwrap()["id"]
            .as_i64()
            .unwrap()
    };
    it.access.assign(admin(&other), &ada);
    // One that ada may look at.
    let shared = it.access.make_role(&other, "shared");
    it.access.assign(shared, &it.user);
    let workspace = as_user(workspace, &ada, PASSWORD);
    let says = ["Role Assignment Not Shown", &ada, "MANAGE"];
    workspace.plan().expect_error_containing(&says);
    assert!(workspace.state_text().contains(&it.user));
    it.access.assign(admin(&it.team), &ada);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert_eq!(it.reads(), 403);
}

fn answers_that_are_lost_are_settled() {
    let it = Subject::new("lost");
    let proxy = Proxy::start(it.access.server().address());
    let workspace = it.access.workspace_at(&proxy.url(), &it.config());
    for fault in [Fault::Afterwards(Loss::Close), Fault::Instead(Loss::Close)] {
        proxy.inject("POST", "/roles/assign", 1, fault.clone());
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.reads(), 200);
        proxy.inject("DELETE", "/roles/unassign", 1, fault);
        workspace.destroy().expect_ok();
        assert_eq!(it.reads(), 403);
    }
}

fn by_validate_without_a_server() {
    for (role, user, says) in [
        ("", "ada", "role_id"),
        ("readers", "ada", "Invalid Role ID"),
        ("07", "ada", "Invalid Role ID"),
        ("7", "", "username"),
    ] {
        let validated = Workspace::bare(&assigned(role, user)).validate();
        validated.expect_error_containing(&[says]);
    }
}
