//! The roles of one user: those that were assigned to it, and the hidden ones that hold what is permitted
//! to it alone. Assignments and permissions are both read from here.

use serde::Deserialize;
use serde_json::json;

use crate::api::{
    area::{Area, always, of_logins},
    call::{About, Call, nothing, parse},
    error::Error,
    http::{Request, Response},
    object::Object,
    page::Page,
    roles::{self, Role, RolePermission, WireRole},
    users,
};

const USERS: &str = "/api/3.0/mlflow/users";

static ASSIGNMENTS: Area = area("role assignment");

static PERMISSIONS: Area = area("permission");

const fn area(noun: &'static str) -> Area {
    Area {
        noun,
        since: roles::SINCE,
        on_databricks: false,
        needs_database: false,
        shortest_list: roles::shortest_list,
        classify: of_logins,
        quotable: always,
    }
}

/// A user with all roles of it that the server shows to whoever asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRoles {
    /// Whose.
    pub username: String,
    /// Of all workspaces, the hidden ones too.
    pub roles: Vec<Role>,
}

impl HeldRoles {
    /// The role of this id, if the user has it.
    #[must_use]
    pub fn role(&self, id: i64) -> Option<&Role> {
        self.roles.iter().find(|it| it.id == id)
    }

    /// What is permitted to this user alone, in one workspace. What a role permits is not among it.
    pub fn own(&self, workspace: &str) -> impl Iterator<Item = &RolePermission> {
        let hidden = self.roles.iter().filter(|it| it.is_hidden());
        let here = hidden.filter(move |it| it.workspace == workspace);
        here.flat_map(|it| &it.permissions)
    }
}

/// One thing that is permitted to one user, in the workspace that the call is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// To whom.
    pub username: String,
    /// On a thing of this kind.
    pub resource_type: String,
    /// On the one of this id, or `*`.
    pub resource_id: String,
}

impl Grant {
    /// The permission, if it is there.
    #[must_use]
    pub fn among<'a>(&self, held: &'a HeldRoles, workspace: &str) -> Option<&'a RolePermission> {
        let mut own = held.own(workspace);
        own.find(|it| {
            it.resource_type == self.resource_type && it.resource_pattern == self.resource_id
        })
    }

    fn about(&self, doing: &'static str) -> About {
        let Self {
            username,
            resource_type,
            resource_id,
        } = self;
        let key = format!("{username}/{resource_type}/{resource_id}");
        About::existing(&PERMISSIONS, doing, key)
    }
}

/// The roles of each user, as assignments.
#[derive(Clone, Copy, Debug)]
pub struct Assignments;

/// The roles of each user, for what is permitted to it alone.
#[derive(Clone, Copy, Debug)]
pub struct Permissions;

impl Object for Assignments {
    type Key = String;
    type Remote = HeldRoles;

    fn area() -> &'static Area {
        &ASSIGNMENTS
    }

    fn get(username: &String) -> Call<HeldRoles> {
        of_user(&ASSIGNMENTS, username)
    }

    fn page(_: usize, _: Option<&str>) -> Option<Call<Page<HeldRoles>>> {
        Some(of_all(&ASSIGNMENTS))
    }

    fn key(held: &HeldRoles) -> String {
        held.username.clone()
    }

    fn created(_: &HeldRoles) -> Option<i64> {
        None
    }
}

impl Object for Permissions {
    type Key = String;
    type Remote = HeldRoles;

    fn area() -> &'static Area {
        &PERMISSIONS
    }

    fn get(username: &String) -> Call<HeldRoles> {
        of_user(&PERMISSIONS, username)
    }

    fn page(_: usize, _: Option<&str>) -> Option<Call<Page<HeldRoles>>> {
        Some(of_all(&PERMISSIONS))
    }

    fn key(held: &HeldRoles) -> String {
        held.username.clone()
    }

    fn created(_: &HeldRoles) -> Option<i64> {
        None
    }
}

/// Permits something. The server refuses it where anything is permitted on that already.
#[must_use]
pub fn grant(grant: &Grant, permission: &str) -> Call<()> {
    let mut body = of_grant(grant);
    body["permission"] = permission.into();
    let request = Request::post(format!("{USERS}/permissions/grant"), body);
    Call::new(grant.about("granting"), request, nothing)
}

/// Changes what is permitted, without a moment in which nothing is.
#[must_use]
pub fn change(grant: &Grant, id: i64, permission: &str) -> Call<()> {
    roles::set(grant.about("changing"), id, permission)
}

/// Permits it no longer.
#[must_use]
pub fn revoke(grant: &Grant) -> Call<()> {
    let request = Request::post(format!("{USERS}/permissions/revoke"), of_grant(grant));
    Call::new(grant.about("revoking"), request, nothing)
}

/// Ids travel as texts: PostgreSQL takes nothing else.
fn of_grant(grant: &Grant) -> serde_json::Value {
    json!({
        "username": grant.username,
        "resource_type": grant.resource_type,
        "resource_id": grant.resource_id,
    })
}

fn of_user(area: &'static Area, username: &str) -> Call<HeldRoles> {
    let query = vec![("username", username.to_owned())];
    let request = Request::read(format!("{USERS}/roles/list"), query);
    let about = About::existing(area, "reading", username);
    let username = username.to_owned();
    Call::new(about, request, move |answer| {
        Ok(HeldRoles {
            username: username.clone(),
            roles: roles::many(answer)?,
        })
    })
}

/// Shows to no admin all roles of everybody.
fn of_all(area: &'static Area) -> Call<Page<HeldRoles>> {
    Call::new(About::all(area), users::list(), page)
}

#[derive(Deserialize)]
struct WireUser {
    username: String,
    roles: Vec<WireRole>,
}

fn page(answer: &Response) -> Result<Page<HeldRoles>, Error> {
    let many: users::Many<WireUser> = parse(answer)?;
    let users = many.users.into_iter().map(|user| HeldRoles {
        username: user.username,
        roles: user.roles.into_iter().map(Into::into).collect(),
    });
    Ok(Page {
        items: users.collect(),
        next: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line<T>(call: &Call<T>) -> String {
        let body = call.request.body.as_ref();
        let body = body.map(ToString::to_string).unwrap_or_default();
        let query = call.request.query.iter();
        let query: Vec<_> = query.map(|(key, value)| format!("{key}={value}")).collect();
        let path = call.request.path.replace("/api/3.0/mlflow", "");
        format!("{} {path}?{} {body}", call.request.method, query.join("&"))
    }

    fn seven() -> Grant {
        Grant {
            username: "a".to_owned(),
            resource_type: "experiment".to_owned(),
            resource_id: "7".to_owned(),
        }
    }

    #[test]
    fn each_call_has_its_method_path_and_body() {
        for (line, expected) in [
            (
                line(&Assignments::get(&"a".to_owned())),
                "GET /users/roles/list?username=a ",
            ),
            (
                line(&grant(&seven(), "READ")),
                r#"POST /users/permissions/grant? {"permission":"READ","resource_id":"7","resource_type":"experiment","username":"a"}"#,
            ),
            (
                line(&revoke(&seven())),
                r#"POST /users/permissions/revoke? {"resource_id":"7","resource_type":"experiment","username":"a"}"#,
            ),
            (
                line(&change(&seven(), 9, "EDIT")),
                r#"PATCH /roles/permissions/update? {"permission":"EDIT","role_permission_id":9}"#,
            ),
        ] {
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn only_what_is_permitted_to_the_user_alone_and_here_is_its_own() {
        let role = |id: i64, name: &str, workspace: &str, permission: &str| {
            format!(
                r#"{{"id":{id},"name":"{name}","workspace":"{workspace}","description":null,"permissions":[
                {{"id":{id},"role_id":{id},"resource_type":"experiment","resource_pattern":"7","permission":"{permission}"}}]}}"#
            )
        };
        let (team, own, there) = (
            role(1, "team", "w", "MANAGE"),
            role(2, "__user_5__", "w", "EDIT"),
            role(3, "__user_5__", "v", "READ"),
        );
        let body = format!(r#"{{"users":[{{"username":"a","roles":[{team},{own},{there}]}}]}}"#);
        let held = page(&Response::for_test(200, &body))
            .unwrap()
            .items
            .remove(0);
        let permission = |workspace| {
            let it = seven().among(&held, workspace);
            it.map(|it| it.permission.as_str())
        };
        assert_eq!(permission("w"), Some("EDIT"));
        assert_eq!(permission("v"), Some("READ"));
        assert_eq!(permission("default"), None);
        assert!(held.role(1).is_some() && held.role(9).is_none());
    }
}
