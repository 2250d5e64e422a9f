//! Users, roles and permissions by MLflow's REST API, and logging in as somebody: to look, and to make
//! drift. Start at [`Access::shared`].

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::{Value, json};

use super::{
    mlflow::{ADMIN, ADMIN_PASSWORD, Server},
    models::Models,
    rest::{Rest, encoded, text},
    terraform::Workspace,
    unique,
};

const USERS: &str = "/api/2.0/mlflow/users";
const HELD: &str = "/api/3.0/mlflow/users";
const ROLES: &str = "/api/3.0/mlflow/roles";

/// Of users that tests make.
pub const PASSWORD: &str = "ordinary-horse-battery";

/// All of one server, as its admin.
#[derive(Clone, Debug)]
pub struct Access(&'static Server);

impl Access {
    /// Those of the server with logins that all tests share.
    pub fn shared() -> Self {
        Self(Server::with_logins())
    }

    /// A configuration, and the provider logged in as the admin.
    pub fn workspace(&self, config: &str) -> Workspace {
        as_user(Workspace::new(self.0, config), ADMIN, ADMIN_PASSWORD)
    }

    /// The same, behind something at this address.
    pub fn workspace_at(&self, url: &str, config: &str) -> Workspace {
        as_user(Workspace::at(url, config), ADMIN, ADMIN_PASSWORD)
    }

    pub fn server(&self) -> &'static Server {
        self.0
    }

    pub fn rest(&self) -> Rest {
        self.0.rest()
    }

    /// What a user of this name and password may ask.
    pub fn login(&self, username: &str, password: &str) -> Rest {
        self.0.anonymous().with_login(username, password)
    }

    /// Whether the password is the user's.
    pub fn opens(&self, username: &str, password: &str) -> bool {
        let path = format!("{USERS}/get?username={}", encoded(username));
        let answer = self
            .login(username, password)
            .call("GET", &path, &Value::Null);
        match answer.status {
            200 => true,
            401 => false,
            other => panic!("{username}: {other} {}", answer.text()),
        }
    }

    /// Whether a user may do what only admins may.
    pub fn acts_as_admin(&self, username: &str, password: &str) -> bool {
        let nobody = format!("{USERS}/get?username={}", unique("nobody"));
        let answer = self
            .login(username, password)
            .call("GET", &nobody, &Value::Null);
        answer.status == 404
    }

    pub fn user(&self, username: &str) -> Option<Value> {
        let path = format!("{USERS}/get?username={}", encoded(username));
        let answer = self.rest().call("GET", &path, &Value::Null);
        (answer.status == 200).then(|| answer.json()["user"].take())
    }

    /// Makes a user of this name.
    pub fn make_user(&self, username: &str) {
        let user = json!({"username": username, "password": PASSWORD});
        self.rest()
            .expect("POST", &format!("{USERS}/create"), &user);
    }

    /// Makes a user whose name begins like this.
    pub fn some_user(&self, prefix: &str) -> String {
        let name = unique(prefix);
        self.make_user(&name);
        name
    }

    pub fn set_admin(&self, username: &str, is_admin: bool) {
        let change = json!({"username": username, "is_admin": is_admin});
        self.rest()
            .expect("PATCH", &format!("{USERS}/update-admin"), &change);
    }

    pub fn delete_user(&self, username: &str) {
        let user = json!({"username": username});
        self.rest()
            .expect("DELETE", &format!("{USERS}/delete"), &user);
    }

    /// Makes a workspace whose name begins like this.
    pub fn some_workspace(&self, prefix: &str) -> String {
        let name = unique(prefix);
        self.rest().create_workspace(&name);
        name
    }

    /// Makes a model in a workspace, as the admin.
    pub fn some_model(&self, workspace: &str, prefix: &str) -> String {
        let name = unique(prefix);
        Models::of(self.rest().in_workspace(workspace)).make(&name, "", &[]);
        name
    }

    /// Makes an experiment in a workspace, as the admin.
    pub fn some_experiment(&self, workspace: &str, prefix: &str) -> String {
        let rest = self.rest().in_workspace(workspace);
        let path = "/api/2.0/mlflow/experiments/create";
        let made = rest.expect("POST", path, &json!({"name": unique(prefix)}));
        made["experiment_id"].as_str().expect("an id").to_owned()
    }

    pub fn role(&self, workspace: &str, name: &str) -> Option<Value> {
        let path = format!("{ROLES}/list?workspace={workspace}");
        let all = self.rest().expect("GET", &path, &Value::Null);
        let mut all = all["roles"]
            .as_array()
            .cloned()
            .unwrap_or_default()
            .into_iter();
        all.find(|it| it["name"] == name)
    }

    /// Makes a role, and gives its id.
    pub fn make_role(&self, workspace: &str, name: &str) -> i64 {
        let role = json!({"workspace": workspace, "name": name});
        let made = self
            .rest()
            .expect("POST", &format!("{ROLES}/create"), &role);
        made["role"]["id"].as_i64().expect("an id")
    }

    pub fn change_role(&self, id: i64, change: Value) {
        let mut change = change;
        change["role_id"] = id.into();
        self.rest()
            .expect("PATCH", &format!("{ROLES}/update"), &change);
    }

    pub fn delete_role(&self, id: i64) {
        let role = json!({"role_id": id});
        self.rest()
            .expect("DELETE", &format!("{ROLES}/delete"), &role);
    }

    /// Lets a role permit something.
    pub fn permit(&self, role: i64, resource_type: &str, pattern: &str, permission: &str) {
        let it = json!({"role_id": role, "resource_type": resource_type,
            "resource_pattern": pattern, "permission": permission});
        self.rest()
            .expect("POST", &format!("{ROLES}/permissions/add"), &it);
    }

    /// What a role permits, as `TYPE/PATTERN=PERMISSION`, in order.
    pub fn permits(&self, workspace: &str, name: &str) -> Vec<String> {
        let role = self.role(workspace, name).expect("there is such a role");
        permissions(&role)
    }

    /// Changes, or with `None` removes, what a role permits on this.
    pub fn alter(&self, role: &Value, resource_type: &str, pattern: &str, to: Option<&str>) {
        let mut all = role["permissions"].as_array().into_iter().flatten();
        let it = all
            .find(|it| it["resource_type"] == resource_type && it["resource_pattern"] == pattern);
        let id = &it.expect("it permits that")["id"];
        let (method, path, body) = match to {
            Some(to) => (
                "PATCH",
                "update",
                json!({"role_permission_id": id, "permission": to}),
            ),
            None => ("DELETE", "remove", json!({"role_permission_id": id})),
        };
        self.rest()
            .expect(method, &format!("{ROLES}/permissions/{path}"), &body);
    }

    pub fn assign(&self, role: i64, username: &str) {
        let it = json!({"role_id": role, "username": username});
        self.rest().expect("POST", &format!("{ROLES}/assign"), &it);
    }

    pub fn unassign(&self, role: i64, username: &str) {
        let it = json!({"role_id": role, "username": username});
        self.rest()
            .expect("DELETE", &format!("{ROLES}/unassign"), &it);
    }

    fn held(&self, username: &str) -> Vec<Value> {
        let path = format!("{HELD}/roles/list?username={}", encoded(username));
        let answer = self.rest().call("GET", &path, &Value::Null);
        match answer.status {
            404 => Vec::new(),
            _ => answer.json()["roles"]
                .as_array()
                .cloned()
                .unwrap_or_default(),
        }
    }

    /// The roles of a user, as `WORKSPACE/NAME`; hidden ones left out.
    pub fn roles_of(&self, username: &str) -> Vec<String> {
        let named = self.held(username).into_iter();
        let named = named.filter(|it| !text(&it["name"]).starts_with("__user_"));
        let named = named.map(|it| format!("{}/{}", text(&it["workspace"]), text(&it["name"])));
        named.collect()
    }

    /// What is permitted to a user alone in a workspace, as `TYPE/ID=PERMISSION`, in order.
    pub fn own(&self, workspace: &str, username: &str) -> Vec<String> {
        let mut roles = self.held(username).into_iter();
        let own = roles
            .find(|it| text(&it["name"]).starts_with("__user_") && it["workspace"] == workspace);
        own.map(|it| permissions(&it)).unwrap_or_default()
    }

    /// The hidden role of a user in a workspace.
    pub fn hidden_role(&self, workspace: &str, username: &str) -> Option<i64> {
        let mut roles = self.held(username).into_iter();
        let own = roles
            .find(|it| text(&it["name"]).starts_with("__user_") && it["workspace"] == workspace);
        own.and_then(|it| it["id"].as_i64())
    }

    pub fn grant(&self, workspace: &str, grant: [&str; 4]) {
        let [username, resource_type, id, permission] = grant;
        let body = json!({"username": username, "resource_type": resource_type,
            "resource_id": id, "permission": permission});
        let rest = self.rest().in_workspace(workspace);
        rest.expect("POST", &format!("{HELD}/permissions/grant"), &body);
    }

    pub fn revoke(&self, workspace: &str, grant: [&str; 3]) {
        let [username, resource_type, id] = grant;
        let body = json!({"username": username, "resource_type": resource_type, "resource_id": id});
        let rest = self.rest().in_workspace(workspace);
        rest.expect("POST", &format!("{HELD}/permissions/revoke"), &body);
    }

    /// The status with which a user is answered who reads a model.
    pub fn reads_model(&self, workspace: &str, username: &str, model: &str) -> u16 {
        let path = format!("/api/2.0/mlflow/registered-models/get?name={model}");
        let rest = self.login(username, PASSWORD).in_workspace(workspace);
        rest.call("GET", &path, &Value::Null).status
    }

    /// The status with which a user is answered who describes a model.
    pub fn edits_model(&self, workspace: &str, username: &str, model: &str) -> u16 {
        let change = json!({"name": model, "description": unique("edited")});
        let path = "/api/2.0/mlflow/registered-models/update";
        let rest = self.login(username, PASSWORD).in_workspace(workspace);
        rest.call("PATCH", path, &change).status
    }

    /// The status with which a user is answered who reads an experiment.
    pub fn reads_experiment(&self, workspace: &str, username: &str, id: &str) -> u16 {
        let path = format!("/api/2.0/mlflow/experiments/get?experiment_id={id}");
        let rest = self.login(username, PASSWORD).in_workspace(workspace);
        rest.call("GET", &path, &Value::Null).status
    }
}

/// Reads a model again and again while something is done; gives the statuses that were not 200, and
/// how often it was read.
pub fn while_reading<T>(
    (access, workspace, username, model): (&Access, &str, &str, &str),
    act: impl FnOnce() -> T,
) -> (T, Vec<u16>, usize) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut refused, mut count) = (Vec::new(), 0);
            while !done.load(Ordering::Relaxed) {
                count += 1;
                let status = access.reads_model(workspace, username, model);
                refused.extend(Some(status).filter(|it| *it != 200));
            }
            (refused, count)
        });
        let result = catch_unwind(AssertUnwindSafe(act));
        done.store(true, Ordering::Relaxed);
        let (refused, count) = reader.join().expect("reading does not panic");
        (
            result.unwrap_or_else(|cause| resume_unwind(cause)),
            refused,
            count,
        )
    })
}

/// The same commands, with the provider logged in as somebody.
pub fn as_user(workspace: Workspace, username: &str, password: &str) -> Workspace {
    workspace
        .env("MLFLOW_TRACKING_USERNAME", username)
        .env("MLFLOW_TRACKING_PASSWORD", password)
}

fn permissions(role: &Value) -> Vec<String> {
    let all = role["permissions"].as_array().into_iter().flatten();
    let mut all: Vec<_> = all
        .map(|it| {
            let [kind, id, permission] =
                ["resource_type", "resource_pattern", "permission"].map(|key| text(&it[key]));
            format!("{kind}/{id}={permission}")
        })
        .collect();
    all.sort();
    all
}
