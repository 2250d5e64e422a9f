//! The data sources: one role by its name, and all roles of a workspace.

use std::collections::BTreeMap;

use super::{entity::hidden, row::Permission};
use crate::{
    api::{
        Object,
        roles::{self, RolesByName},
    },
    framework::{
        Attr, Context, DataSource, Diagnostics, Path, Type,
        schema::{Attribute, Empty, Nesting, Schema},
    },
    provider::{
        Configured,
        explain::{explain, explain_at},
        managed::workspace,
        plural::{regex_check, regex_in},
    },
    row,
};

/// `mlflow_role`.
#[derive(Debug)]
pub(in crate::provider) struct One;

row! {
    /// What is asked for, and what is found.
    pub(in crate::provider) struct OneRole {
        name: Attr<String>,
        workspace: Attr<String>,
        id: Attr<String>,
        description: Attr<String>,
        permissions: Attr<Vec<Permission>>,
    }
}

impl DataSource<Configured> for One {
    type Model = OneRole;

    const TYPE_NAME: &'static str = "mlflow_role";

    fn schema() -> Schema {
        let name = Attribute::string("name", "The role's name; case matters.")
            .required()
            .empty(Empty::Refused);
        let schema = Schema::new(
            "One role of a server with basic-auth, by its name: also one that the server makes itself, \
             such as `user`. Needs MLflow 3.13, and a login with a role in the workspace.",
        )
        .attribute(name)
        .attribute(workspace::reading_argument());
        content().into_iter().fold(schema, Schema::attribute)
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        wanted: OneRole,
    ) -> Result<OneRole, Diagnostics> {
        let server = workspace::server(cx, &wanted.workspace).await?;
        let at_name = |error| explain_at(&error, "name");
        server
            .has(RolesByName::area(), cx.stop())
            .await
            .map_err(at_name)?;
        let name = wanted.name.known_or_default();
        let key = (workspace::of(&server), name);
        let role = server.get::<RolesByName>(&key, cx.stop()).await;
        let role = role.map_err(at_name)?;
        if role.is_hidden() {
            return Err(hidden(&role.name).at(Path::attribute("name")).into());
        }
        let Shown {
            id,
            description,
            permissions,
            ..
        } = Shown::of(role);
        Ok(OneRole {
            id,
            description,
            permissions,
            ..wanted
        })
    }
}

/// `mlflow_roles`.
#[derive(Debug)]
pub(in crate::provider) struct All;

row! {
    /// What is wanted, and what is found.
    pub(in crate::provider) struct AllRoles {
        workspace: Attr<String>,
        name_prefix: Attr<String>,
        name_regex: Attr<String>,
        roles: Attr<Vec<Shown>>,
        ids: Attr<BTreeMap<String, String>>,
    }
}

row! {
    /// A role as its server shows it.
    pub(in crate::provider) struct Shown {
        name: Attr<String>,
        id: Attr<String>,
        description: Attr<String>,
        permissions: Attr<Vec<Permission>>,
    }
}

impl Shown {
    fn of(role: roles::Role) -> Self {
        let mut permissions: Vec<_> = role.permissions.iter().map(Permission::of).collect();
        permissions.sort_by(|a, b| a.place().cmp(&b.place()));
        Self {
            name: role.name.into(),
            id: role.id.to_string().into(),
            description: role.description.into(),
            permissions: permissions.into(),
        }
    }
}

impl DataSource<Configured> for All {
    type Model = AllRoles;

    const TYPE_NAME: &'static str = "mlflow_roles";

    fn schema() -> Schema {
        let schema = Schema::new(
            "The roles of a workspace of a server with basic-auth: all of them, or those that satisfy \
             every given argument. Those that the server keeps for single users are not among them. \
             Needs MLflow 3.13, and a login with a role in the workspace.",
        );
        filter()
            .into_iter()
            .chain(found())
            .fold(schema, Schema::attribute)
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        wanted: AllRoles,
    ) -> Result<AllRoles, Diagnostics> {
        let regex = regex_in(&wanted.name_regex)?;
        let prefix = wanted.name_prefix.known().map_or("", String::as_str);
        let server = workspace::server(cx, &wanted.workspace).await?;
        let has = server.has(RolesByName::area(), cx.stop()).await;
        has.map_err(|error| explain(&error))?;
        let all = roles::all(&workspace::of(&server));
        let all = server.run(&all, cx.stop()).await;
        let mut all = all.map_err(|error| explain(&error))?;
        all.retain(|it| !it.is_hidden() && it.name.starts_with(prefix));
        all.retain(|it| regex.as_ref().is_none_or(|regex| regex.is_match(&it.name)));
        all.sort_by(|a, b| a.name.cmp(&b.name));
        let ids: BTreeMap<_, _> = all
            .iter()
            .map(|it| (it.name.clone(), it.id.to_string()))
            .collect();
        let roles: Vec<_> = all.into_iter().map(Shown::of).collect();
        Ok(AllRoles {
            roles: roles.into(),
            ids: ids.into(),
            ..wanted
        })
    }
}

fn filter() -> [Attribute; 3] {
    [
        workspace::reading_argument(),
        Attribute::string("name_prefix", "Only those whose name begins like this.")
            .empty(Empty::LeftOut),
        Attribute::string(
            "name_regex",
            "Only those in whose name this regular expression finds a match; `^` and `$` stand for the \
             name's beginning and end.",
        )
        .empty(Empty::LeftOut)
        .check(regex_check()),
    ]
}

fn found() -> [Attribute; 2] {
    let name = Attribute::string("name", "The role's name.").computed();
    let role = std::iter::once(name).chain(content()).collect();
    [
        Attribute::nested("roles", "The roles, ordered by name.", Nesting::List, role).computed(),
        Attribute::plain(
            "ids",
            "The ids of the same roles, by their names.",
            Type::map(Type::String),
        )
        .computed(),
    ]
}

fn content() -> [Attribute; 3] {
    let permission = vec![
        Attribute::string("resource_type", "On what kind of resource.").computed(),
        Attribute::string("resource_pattern", "On the one of this id, or `*` for all.").computed(),
        Attribute::string("permission", "The level, such as `READ`.").computed(),
    ];
    [
        Attribute::string("id", "The server's id of the role.").computed(),
        Attribute::string("description", "What the role is for; null without any.").computed(),
        Attribute::nested(
            "permissions",
            "What the role permits, ordered by kind and id.",
            Nesting::List,
            permission,
        )
        .computed(),
    ]
}
