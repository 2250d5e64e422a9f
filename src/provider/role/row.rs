//! The row of the resource, and what may be configured.

use std::collections::BTreeSet;

use crate::{
    api::roles,
    framework::{
        Attr, Diagnostic, Diagnostics, Path, SetOf,
        schema::{Attribute, Block, Empty, Schema, Validator, length_at_most},
    },
    provider::{
        managed::workspace_argument,
        permitted::{self, Permitted},
    },
    row,
};

row! {
    /// The resource.
    pub(in crate::provider) struct Role {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) description: Attr<String>,
        pub(super) workspace: Attr<String>,
        pub(super) permission: Attr<SetOf<Permission>>,
    }
}

row! {
    /// One thing that it permits.
    pub(in crate::provider) struct Permission {
        pub(super) resource_type: Attr<String>,
        pub(super) resource_pattern: Attr<String>,
        pub(super) permission: Attr<String>,
    }
}

impl Role {
    pub(super) fn name(&self) -> String {
        self.name.known_or_default()
    }

    /// None and an empty text are the same.
    pub(super) fn text(&self) -> Option<String> {
        let text = self.description.known();
        text.filter(|text| !text.is_empty()).cloned()
    }

    pub(super) fn permissions(&self) -> &[Permission] {
        self.permission.known().map_or(&[], |it| &it.0)
    }

    /// What is wrong with what it permits.
    pub(super) fn flaws(&self) -> Diagnostics {
        let mut seen = BTreeSet::new();
        let flaws = self.permissions().iter().filter_map(|it| {
            let twice = it.place().filter(|place| !seen.insert(*place));
            let flaw = match twice {
                Some(place) => Some(given_twice(place)),
                None => it.permitted().validate(),
            };
            flaw.map(|flaw| flaw.at(Path::attribute("permission")))
        });
        flaws.collect()
    }
}

impl Permission {
    pub(super) fn of(shown: &roles::RolePermission) -> Self {
        Self {
            resource_type: shown.resource_type.clone().into(),
            resource_pattern: shown.resource_pattern.clone().into(),
            permission: shown.permission.clone().into(),
        }
    }

    pub(super) const fn permitted(&self) -> Permitted<'_> {
        Permitted {
            resource_type: &self.resource_type,
            id: &self.resource_pattern,
            permission: &self.permission,
        }
    }

    /// On what; a role permits one thing on that.
    pub(super) fn place(&self) -> Option<(&str, &str)> {
        Some((self.resource_type.known()?, self.resource_pattern.known()?))
    }

    pub(super) fn level(&self) -> &str {
        self.permission.known().map_or("", String::as_str)
    }
}

fn given_twice((kind, pattern): (&str, &str)) -> Diagnostic {
    Diagnostic::error(
        "Permission Given Twice",
        format!(
            "A role permits one thing on the same resource_type and resource_pattern. Keep one of the \
             blocks for {kind} {pattern:?}."
        ),
    )
}

pub(super) fn schema() -> Schema {
    Schema::new(
        "A role of an MLflow server that runs with basic-auth: what its users may do in one workspace. \
         Needs MLflow 3.13, and the login of an admin or of an admin of the workspace.\n\n\
         A role holds in its own workspace only. All that it permits is in its `permission` blocks: what \
         others add is removed. They are changed one by one, so that nobody is without access for a \
         moment. With each workspace the server makes the roles `admin` and `user` by itself: import \
         them to manage them.",
    )
    .area("Access")
    .attribute(
        Attribute::string("id", "The server's id of the role.")
            .computed()
            .stable(),
    )
    .attribute(
        Attribute::string(
            "name",
            "Name of the role, unique in its workspace, at most 255 characters; case matters. A change \
             renames the role in place, with its users. Names that begin with `__user_` are the server's \
             own.",
        )
        .required()
        .empty(Empty::Refused)
        .check(Validator::string("Invalid Role Name", refused)),
    )
    .attribute(
        Attribute::string(
            "description",
            "What the role is for, at most 1024 characters. Left out and `\"\"` mean the same: none.",
        )
        .empty(Empty::LeftOut)
        .check(length_at_most("Description Too Long", 1024)),
    )
    .attribute(workspace_argument())
    .block(permission())
}

fn permission() -> Block {
    Block::set(
        "permission",
        "One thing that the role permits, or denies. Each `resource_type` and `resource_pattern` stands \
         once.",
    )
    .attribute(permitted::resource_type(
        "On what kind of resource: `experiment`, `registered_model`, `prompt`, `scorer`, \
         `gateway_secret`, `gateway_endpoint`, `gateway_model_definition`, or `workspace` for the \
         workspace as a whole. From MLflow 3.17 on also `mcp_server`, `run`, `trace`, `assessment`, \
         `logged_model`, `review_queue`, `registered_model_version`, `prompt_version`, `scorer_version`, \
         `mcp_server_version`; from 3.18 on `skill`.",
        true,
    ))
    .attribute(
        Attribute::string(
            "resource_pattern",
            "On the one of this id, or name where that is what identifies it, or `*` for all of them. \
             There are no other patterns. A grant by name does not follow a rename.",
        )
        .required()
        .empty(Empty::Refused)
        .refers_by("resource_type", permitted::REFERRED),
    )
    .attribute(permitted::level(
        "`READ`, `USE`, `EDIT` or `MANAGE`, each with all before it, or from MLflow 3.17 on `DENY`, which \
         wins over what others permit. On a `workspace`: `USE` for members, `MANAGE` for its admins.",
    ))
}

fn refused(name: &str) -> Result<(), String> {
    if name.starts_with("__user_") {
        return Err("The server keeps these names for itself. Choose another.".to_owned());
    }
    if name.trim().is_empty() || name.chars().count() > 255 {
        return Err("Expected 1 to 255 characters, not all of them spaces.".to_owned());
    }
    Ok(())
}
