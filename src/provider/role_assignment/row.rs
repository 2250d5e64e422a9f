//! The row of the resource, and what may be configured.

use crate::{
    api::is_serial,
    framework::{
        Attr,
        schema::{Attribute, Empty, Schema, Validator},
    },
    provider::user,
    row,
};

row! {
    /// The resource.
    pub(in crate::provider) struct Assignment {
        pub(super) id: Attr<String>,
        pub(super) role_id: Attr<String>,
        pub(super) username: Attr<String>,
    }
}

impl Assignment {
    pub(super) fn new(role: i64, username: &str) -> Self {
        Self {
            id: Attr::Null,
            role_id: role.to_string().into(),
            username: username.to_owned().into(),
        }
    }

    pub(super) fn role(&self) -> i64 {
        let id = self.role_id.known().and_then(|it| it.parse().ok());
        id.unwrap_or_default()
    }

    pub(super) fn user(&self) -> String {
        self.username.known_or_default()
    }
}

pub(super) fn schema() -> Schema {
    Schema::new(
        "Gives a role to a user of an MLflow server that runs with basic-auth. Needs MLflow 3.13, and the \
         login of an admin.\n\n\
         Other roles of the user, and other users of the role, are left alone. A user of a single sign-on \
         is known to the server from the first login on.",
    )
    .area("Access")
    .attribute(Attribute::string(
        "id",
        "`ROLE_ID/USERNAME`; in the name `%`, `/` and what is not ASCII are percent-encoded.",
    ).computed().stable())
    .attribute(
        Attribute::string(
            "role_id",
            "The id of the role, as `mlflow_role` and the data sources `mlflow_role` and `mlflow_roles` \
             give it. A change makes a new assignment.",
        )
        .required()
        .empty(Empty::Refused)
        .replaces()
        .refers_to("mlflow_role", "id")
        .check(Validator::string("Invalid Role ID", refused)),
    )
    .attribute(
        Attribute::string("username", "The user's name. A change makes a new assignment.")
            .required()
            .empty(Empty::Refused)
            .replaces()
            .refers_to("mlflow_user", "username")
            .check(user::name_form()),
    )
}

fn refused(id: &str) -> Result<(), String> {
    let fits = is_serial(id) && id.parse::<i64>().is_ok();
    let expected = || {
        "Expected a role's id, which is a number: the attribute id of a mlflow_role, or of the data source \
         of that name."
            .to_owned()
    };
    fits.then_some(()).ok_or_else(expected)
}
