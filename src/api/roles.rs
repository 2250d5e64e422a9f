//! Roles of a server that runs with basic-auth: named within a workspace, each with what it permits. The
//! server gives ids, and on SQLite gives those of deleted roles again.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::{
    area::{Area, always, of_logins},
    call::{About, Call, nothing, parse},
    error::{Error, ErrorKind},
    http::{Request, Response},
    object::Object,
    page::Page,
    version::Version,
};

const ROLES: &str = "/api/3.0/mlflow/roles";

/// Since which MLflow roles, assignments and permissions are what they are now.
pub(super) const SINCE: Version = Version::new(3, 13, 0);

pub(super) static AREA: Area = Area {
    noun: "role",
    since: SINCE,
    on_databricks: false,
    needs_database: false,
    shortest_list,
    classify: of_logins,
    quotable: always,
};

/// A role as its server shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The server's id.
    pub id: i64,
    /// What tells it from the others of its workspace; case matters.
    pub name: String,
    /// Where it holds. A server without workspaces says `default`.
    pub workspace: String,
    /// Never an empty text: servers show "none" and "empty" alike.
    pub description: Option<String>,
    /// What it permits.
    pub permissions: Vec<RolePermission>,
}

/// One thing that a role permits, or denies.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct RolePermission {
    /// The server's id.
    pub id: i64,
    /// On things of this kind.
    pub resource_type: String,
    /// On the one of this id, or `*`.
    pub resource_pattern: String,
    /// Such as `READ`.
    pub permission: String,
}

impl Role {
    /// Whether it is one that the server keeps for the permissions of one user.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        let inner = self.name.strip_prefix("__user_");
        let inner = inner.and_then(|it| it.strip_suffix("__"));
        inner.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
    }
}

/// Roles, each under the server's id.
#[derive(Clone, Copy, Debug)]
pub struct Roles;

/// Roles, each under its workspace and name.
#[derive(Clone, Copy, Debug)]
pub struct RolesByName;

impl Object for Roles {
    type Key = i64;
    type Remote = Role;

    fn area() -> &'static Area {
        &AREA
    }

    fn get(id: &i64) -> Call<Role> {
        let request = Request::read(format!("{ROLES}/get"), vec![("role_id", id.to_string())]);
        Call::new(existing("reading", *id), request, one)
    }

    fn page(_: usize, _: Option<&str>) -> Option<Call<Page<Role>>> {
        let request = Request::read(format!("{ROLES}/list"), Vec::new());
        Some(Call::new(About::all(&AREA), request, |answer| {
            many(answer).map(|items| Page { items, next: None })
        }))
    }

    fn key(role: &Role) -> i64 {
        role.id
    }

    fn created(_: &Role) -> Option<i64> {
        None
    }
}

impl Object for RolesByName {
    type Key = (String, String);
    type Remote = Role;

    fn area() -> &'static Area {
        &AREA
    }

    /// There is no other way to ask for one than the list of its workspace.
    fn get((workspace, name): &(String, String)) -> Call<Role> {
        let about = About::existing(&AREA, "looking for", name);
        let name = name.clone();
        Call::new(about, in_workspace(workspace), move |answer| {
            let mut all = many(answer)?.into_iter();
            all.find(|it| it.name == name)
                .ok_or_else(|| Error::new(ErrorKind::NotFound))
        })
    }

    fn page(_: usize, _: Option<&str>) -> Option<Call<Page<Role>>> {
        None
    }

    fn key(role: &Role) -> (String, String) {
        (role.workspace.clone(), role.name.clone())
    }

    fn created(_: &Role) -> Option<i64> {
        None
    }
}

/// The roles of one workspace.
#[must_use]
pub fn all(workspace: &str) -> Call<Vec<Role>> {
    Call::new(About::all(&AREA), in_workspace(workspace), many)
}

/// Creates a role that permits nothing yet.
#[must_use]
pub fn create(workspace: &str, name: &str, description: Option<&str>) -> Call<Role> {
    let body = json!({ "workspace": workspace, "name": name, "description": description });
    let about = About::new(&AREA, Some(name.to_owned()));
    Call::new(about, Request::post(format!("{ROLES}/create"), body), one)
}

/// Names and describes a role anew; what is `None` stays as it is.
#[must_use]
pub fn change(id: i64, name: Option<&str>, description: Option<&str>) -> Call<Role> {
    let mut body = json!({ "role_id": id });
    for (key, text) in [("name", name), ("description", description)] {
        if let Some(text) = text {
            body[key] = text.into();
        }
    }
    let request = Request::patch(format!("{ROLES}/update"), body);
    Call::new(existing("changing", id), request, one)
}

/// Deletes a role with what it permits and all assignments of it.
#[must_use]
pub fn delete(id: i64) -> Call<()> {
    let request = Request::delete(format!("{ROLES}/delete"), json!({ "role_id": id }));
    Call::new(existing("deleting", id), request, nothing)
}

/// Lets a role permit something more.
#[must_use]
pub fn add(id: i64, resource_type: &str, pattern: &str, permission: &str) -> Call<()> {
    let body = json!({
        "role_id": id,
        "resource_type": resource_type,
        "resource_pattern": pattern,
        "permission": permission,
    });
    let request = Request::post(format!("{ROLES}/permissions/add"), body);
    Call::new(existing("adding a permission to", id), request, set_to)
}

/// Changes what is permitted, without a moment in which nothing is.
pub(super) fn set(about: About, permission_id: i64, permission: &str) -> Call<()> {
    let body = json!({ "role_permission_id": permission_id, "permission": permission });
    let request = Request::patch(format!("{ROLES}/permissions/update"), body);
    Call::new(about, request, set_to)
}

/// Changes one thing that a role permits.
#[must_use]
pub fn set_permission(id: i64, permission_id: i64, permission: &str) -> Call<()> {
    set(
        existing("changing a permission of", id),
        permission_id,
        permission,
    )
}

/// Takes one thing away that a role permits.
#[must_use]
pub fn remove(id: i64, permission_id: i64) -> Call<()> {
    let body = json!({ "role_permission_id": permission_id });
    let request = Request::delete(format!("{ROLES}/permissions/remove"), body);
    Call::new(existing("removing a permission of", id), request, nothing)
}

/// Assigns a role to a user. What is not found is the role, or the user.
#[must_use]
pub fn assign(id: i64, username: &str) -> Call<()> {
    let body = json!({ "role_id": id, "username": username });
    let request = Request::post(format!("{ROLES}/assign"), body);
    Call::new(existing("assigning", id), request, assigned).of_all_workspaces()
}

/// Takes a role from a user.
#[must_use]
pub fn unassign(id: i64, username: &str) -> Call<()> {
    let body = json!({ "role_id": id, "username": username });
    let request = Request::delete(format!("{ROLES}/unassign"), body);
    Call::new(existing("unassigning", id), request, nothing).of_all_workspaces()
}

/// Everybody may ask who he is, in any workspace that there is.
pub(super) fn shortest_list() -> Request {
    Request::read("/api/2.0/mlflow/users/current", Vec::new())
}

fn existing(doing: &'static str, id: i64) -> About {
    About::existing(&AREA, doing, id.to_string())
}

fn in_workspace(workspace: &str) -> Request {
    let query = vec![("workspace", workspace.to_owned())];
    Request::read(format!("{ROLES}/list"), query)
}

#[derive(Deserialize)]
struct One {
    role: WireRole,
}

#[derive(Deserialize)]
pub(super) struct Many {
    pub(super) roles: Vec<WireRole>,
}

#[derive(Deserialize)]
pub(super) struct WireRole {
    id: i64,
    name: String,
    workspace: String,
    description: Option<String>,
    permissions: Vec<RolePermission>,
}

impl From<WireRole> for Role {
    fn from(wire: WireRole) -> Self {
        Self {
            id: wire.id,
            name: wire.name,
            workspace: wire.workspace,
            description: wire.description.filter(|text| !text.is_empty()),
            permissions: wire.permissions,
        }
    }
}

fn one(answer: &Response) -> Result<Role, Error> {
    parse::<One>(answer).map(|one| one.role.into())
}

pub(super) fn many(answer: &Response) -> Result<Vec<Role>, Error> {
    let many = parse::<Many>(answer)?;
    Ok(many.roles.into_iter().map(Into::into).collect())
}

/// The permission that was made or changed.
fn set_to(answer: &Response) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct One {
        #[serde(rename = "role_permission")]
        _permission: RolePermission,
    }
    parse::<One>(answer).map(drop)
}

/// The assignment that was made.
fn assigned(answer: &Response) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct One {
        #[serde(rename = "assignment")]
        _assignment: Map<String, Value>,
    }
    parse::<One>(answer).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line<T>(call: &Call<T>) -> String {
        call.line(ROLES)
    }

    #[test]
    fn each_call_has_its_method_path_and_body() {
        for (line, expected) in [
            (line(&Roles::get(&7)), "GET /get?role_id=7 "),
            (line(&all("w")), "GET /list?workspace=w "),
            (
                line(&RolesByName::get(&("w".to_owned(), "r".to_owned()))),
                "GET /list?workspace=w ",
            ),
            (
                line(&create("w", "r", None)),
                r#"POST /create? {"description":null,"name":"r","workspace":"w"}"#,
            ),
            (
                line(&change(7, Some("s"), None)),
                r#"PATCH /update? {"name":"s","role_id":7}"#,
            ),
            (line(&delete(7)), r#"DELETE /delete? {"role_id":7}"#),
            (
                line(&add(7, "experiment", "*", "READ")),
                r#"POST /permissions/add? {"permission":"READ","resource_pattern":"*","resource_type":"experiment","role_id":7}"#,
            ),
            (
                line(&set_permission(7, 9, "EDIT")),
                r#"PATCH /permissions/update? {"permission":"EDIT","role_permission_id":9}"#,
            ),
            (
                line(&remove(7, 9)),
                r#"DELETE /permissions/remove? {"role_permission_id":9}"#,
            ),
            (
                line(&assign(7, "a")),
                r#"POST /assign? {"role_id":7,"username":"a"}"#,
            ),
            (
                line(&unassign(7, "a")),
                r#"DELETE /unassign? {"role_id":7,"username":"a"}"#,
            ),
        ] {
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn one_of_a_list_is_found_by_its_name() {
        let body = r#"{"roles":[
            {"id":3,"name":"__user_1__","workspace":"w","description":null,"permissions":[]},
            {"id":4,"name":"r","workspace":"w","description":"","permissions":[
                {"id":9,"role_id":4,"resource_type":"prompt","resource_pattern":"*","permission":"USE"}]}]}"#;
        let answer = Response::for_test(200, body);
        let find =
            |name: &str| (RolesByName::get(&("w".to_owned(), name.to_owned())).read)(&answer);
        let role = find("r").unwrap();
        assert_eq!((role.id, role.description.as_deref()), (4, None));
        assert_eq!(role.permissions[0].permission, "USE");
        assert!(!role.is_hidden() && find("__user_1__").unwrap().is_hidden());
        assert!(find("R").unwrap_err().is_not_found());
    }
}
