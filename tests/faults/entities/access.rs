//! Users, roles, assignments and permissions, on the server with logins.

use serde_json::{Value as Json, json};
use terraform_provider_mlflow::wire::Value;

use crate::{
    faults::{
        entity::{Entity, Operation, Wish, of_json, text},
        registry::{Found, Kind},
    },
    support::{access::Access, mlflow::Server},
};

/// One who becomes an admin, and is given another password.
pub const USER: Entity = Entity {
    type_name: "mlflow_user",
    lives_on: &[Kind::Logins],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create => ("POST", "users/create"),
            Operation::Read => ("GET", "users/get"),
            Operation::List => ("GET", "users/list"),
            Operation::Update => ("PATCH", "users/update-admin"),
            Operation::Delete => ("DELETE", "users/delete"),
            Operation::Test | Operation::Token => return None,
        })
    },
    api: |_| "User",
    prepare: |_, _| {},
    configuration: |_, mark, wish| {
        let version = match wish {
            Wish::Old => 1_u64,
            Wish::New => 2,
        };
        Value::object([
            ("username", Value::string(mark)),
            ("password_wo", Value::string("canary-secret")),
            ("password_wo_version", Value::number(version)),
            ("is_admin", Value::Bool(wish == Wish::New)),
        ])
    },
    shown: |state| {
        user(
            &text(state, "username"),
            state.get("is_admin").as_bool() == Some(true),
        )
    },
    found: |_, mark| {
        let found = Access::shared().user(mark);
        found
            .map(|it| user(mark, it["is_admin"] == true))
            .into_iter()
            .collect()
    },
    delete: |_, mark| delete_user(mark),
    dismantle: |_, _| {},
};

fn user(name: &str, is_admin: bool) -> Found {
    let wish = if is_admin { Wish::New } else { Wish::Old };
    found(name.to_owned(), wish)
}

fn found(id: String, wish: Wish) -> Found {
    Found {
        id,
        description: wish.text().to_owned(),
    }
}

fn delete_user(name: &str) {
    let user = json!({"username": name});
    let path = "/api/2.0/mlflow/users/delete";
    Access::shared().rest().call("DELETE", path, &user);
}

/// Its update has four steps: a new name with a new description, something more that it permits,
/// something else, and less.
pub const ROLE: Entity = Entity {
    type_name: "mlflow_role",
    lives_on: &[Kind::Logins],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create => ("POST", "roles/create"),
            Operation::Read => ("GET", "roles/get"),
            Operation::List => ("GET", "roles/list"),
            Operation::Update => ("PATCH", "roles/update"),
            Operation::Delete => ("DELETE", "roles/delete"),
            Operation::Test | Operation::Token => return None,
        })
    },
    api: |_| "Role",
    prepare: |_, _| {},
    configuration: |_, mark, wish| {
        let permission = |(kind, level): (&str, &str)| {
            Value::object([
                ("resource_type", Value::string(kind)),
                ("resource_pattern", Value::string("*")),
                ("permission", Value::string(level)),
            ])
        };
        Value::object([
            ("name", Value::string(format!("{mark}-{}", wish.text()))),
            ("description", Value::string(wish.text())),
            (
                "permission",
                Value::set(permitted(wish).map(permission).to_vec()),
            ),
        ])
    },
    shown: |state| {
        let permissions = state
            .get("permission")
            .elements()
            .unwrap_or_default()
            .iter();
        let permissions = permissions.map(|it| (text(it, "resource_type"), text(it, "permission")));
        role(
            &text(state, "name"),
            &text(state, "description"),
            permissions,
        )
    },
    found: |_, mark| {
        roles(mark)
            .iter()
            .map(|it| {
                let permissions = it["permissions"].as_array().cloned().unwrap_or_default();
                let permissions = permissions
                    .iter()
                    .map(|it| (of_json(&it["resource_type"]), of_json(&it["permission"])));
                role(
                    &of_json(&it["name"]),
                    &of_json(&it["description"]),
                    permissions,
                )
            })
            .collect()
    },
    delete: |_, mark| delete_roles(mark),
    dismantle: |_, _| {},
};

fn permitted(wish: Wish) -> [(&'static str, &'static str); 2] {
    match wish {
        Wish::Old => [("experiment", "READ"), ("prompt", "READ")],
        Wish::New => [("experiment", "EDIT"), ("scorer", "READ")],
    }
}

/// What there is of a wish that came true by halves is told in full.
fn role(name: &str, text: &str, permissions: impl Iterator<Item = (String, String)>) -> Found {
    let mut permissions: Vec<_> = permissions.collect();
    permissions.sort();
    let is = |wish: &Wish| {
        let wanted = permitted(*wish).map(|(kind, level)| (kind.to_owned(), level.to_owned()));
        text == wish.text() && name.ends_with(wish.text()) && permissions == wanted
    };
    let wish = [Wish::Old, Wish::New].into_iter().find(is);
    Found {
        id: name.to_owned(),
        description: wish.map_or_else(
            || format!("{text:?} {permissions:?}"),
            |wish| wish.text().to_owned(),
        ),
    }
}

fn roles(mark: &str) -> Vec<Json> {
    let path = "/api/3.0/mlflow/roles/list?workspace=default";
    let all = Access::shared().rest().expect("GET", path, &Json::Null);
    let mut all = all["roles"].as_array().cloned().unwrap_or_default();
    all.retain(|it| of_json(&it["name"]).starts_with(mark));
    all
}

fn delete_roles(mark: &str) {
    for role in roles(mark) {
        let role = json!({"role_id": role["id"]});
        let path = "/api/3.0/mlflow/roles/delete";
        Access::shared().rest().call("DELETE", path, &role);
    }
}

/// Nothing of it can be changed, so both wishes are the same.
pub const ROLE_ASSIGNMENT: Entity = Entity {
    type_name: "mlflow_role_assignment",
    lives_on: &[Kind::Logins],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create => ("POST", "roles/assign"),
            Operation::Read => ("GET", "users/roles/list"),
            Operation::List => ("GET", "users/list"),
            Operation::Delete => ("DELETE", "roles/unassign"),
            Operation::Update | Operation::Test | Operation::Token => return None,
        })
    },
    api: |_| "Role Assignment",
    prepare: |_, mark| {
        let access = Access::shared();
        access.make_user(mark);
        access.make_role("default", mark);
    },
    configuration: |_, mark, _| {
        Value::object([
            ("role_id", Value::string(roles(mark)[0]["id"].to_string())),
            ("username", Value::string(mark)),
        ])
    },
    shown: |state| found(text(state, "username"), Wish::New),
    found: |_, mark| {
        let held = Access::shared().roles_of(mark);
        let held = held.iter().filter(|it| it.ends_with(mark));
        held.map(|_| found(mark.to_owned(), Wish::New)).collect()
    },
    delete: |_, mark| {
        let it = json!({"role_id": roles(mark)[0]["id"], "username": mark});
        let path = "/api/3.0/mlflow/roles/unassign";
        Access::shared().rest().call("DELETE", path, &it);
    },
    dismantle: |_, mark| {
        delete_user(mark);
        delete_roles(mark);
    },
};

/// One that becomes another level.
pub const PERMISSION: Entity = Entity {
    type_name: "mlflow_permission",
    lives_on: &[Kind::Logins],
    server: Server::shared,
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create => ("POST", "permissions/grant"),
            Operation::Read => ("GET", "users/roles/list"),
            Operation::List => ("GET", "users/list"),
            Operation::Update => ("PATCH", "permissions/update"),
            Operation::Delete => ("POST", "permissions/revoke"),
            Operation::Test | Operation::Token => return None,
        })
    },
    api: |_| "Permission",
    prepare: |_, mark| Access::shared().make_user(mark),
    configuration: |_, mark, wish| {
        Value::object([
            ("username", Value::string(mark)),
            ("resource_type", Value::string(ON)),
            ("resource_id", Value::string("*")),
            ("permission", Value::string(level(wish))),
            ("overwrite", Value::Bool(false)),
        ])
    },
    shown: |state| permission(&text(state, "username"), &text(state, "permission")),
    found: |_, mark| {
        let own = Access::shared().own("default", mark).into_iter();
        own.map(|it| permission(mark, it.rsplit('=').next().unwrap_or_default()))
            .collect()
    },
    delete: |_, mark| {
        let it = json!({"username": mark, "resource_type": ON, "resource_id": "*"});
        let path = "/api/3.0/mlflow/users/permissions/revoke";
        Access::shared().rest().call("POST", path, &it);
    },
    dismantle: |_, mark| delete_user(mark),
};

const ON: &str = "gateway_secret";

fn level(wish: Wish) -> &'static str {
    match wish {
        Wish::Old => "READ",
        Wish::New => "EDIT",
    }
}

fn permission(user: &str, is: &str) -> Found {
    let mut wishes = [Wish::Old, Wish::New].into_iter();
    let wish = wishes.find(|wish| level(*wish) == is);
    Found {
        id: format!("{user}/{ON}/*"),
        description: wish.map_or_else(|| is.to_owned(), |wish| wish.text().to_owned()),
    }
}
