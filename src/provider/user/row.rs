//! The row of the resource, and what may be configured.

use crate::{
    framework::{
        Attr, Path, Secret, Value,
        schema::{Attribute, Empty, Schema, Validator},
    },
    provider::managed::secret::{Forms, SecretArgument, version_argument},
    row,
};

row! {
    /// The resource.
    pub(in crate::provider) struct User {
        pub(super) id: Attr<String>,
        pub(super) username: Attr<String>,
        pub(super) password: Attr<Secret>,
        pub(super) password_wo: Attr<Secret>,
        pub(super) password_wo_version: Attr<i64>,
        pub(super) is_admin: Attr<bool>,
    }
}

impl User {
    pub(super) fn named(username: &str) -> Self {
        Self {
            username: username.to_owned().into(),
            ..Self::default()
        }
    }

    pub(super) fn name(&self) -> String {
        self.username.known_or_default()
    }

    pub(super) fn is_admin(&self) -> bool {
        self.is_admin.known() == Some(&true)
    }

    /// The password, the write-only form from `config`.
    pub(super) const fn forms<'a>(&'a self, config: &'a Self) -> Forms<'a> {
        Forms {
            plain: &self.password,
            write_only: &config.password_wo,
            version: &self.password_wo_version,
        }
    }

    /// The password as the configuration names it.
    pub(super) const fn secret(&self) -> SecretArgument<'_> {
        SecretArgument {
            name: "password",
            forms: self.forms(self),
            block: Path::root(),
            empty: None,
        }
    }
}

pub(super) fn schema() -> Schema {
    Schema::new(
        "A user of an MLflow server that runs with basic-auth (`--app-name basic-auth`). Needs the login \
         of an admin.\n\n\
         Passwords never come back from a server. State keeps what was last applied, and with \
         `password_wo` nothing; a password changed elsewhere cannot be seen. The user that the provider \
         itself logs in as is neither deleted nor demoted nor given another password: that is refused \
         when it is planned. Deleting a user takes all its own permissions and its assignments along, also where `-replace` makes \
         it anew under its name: what should come back with it in the same apply has \
         `lifecycle { replace_triggered_by = [mlflow_user.NAME] }`, which is triggered by a new password \
         too. Servers before MLflow 3.13 delete no user that holds any permission.",
    )
    .area("Access")
    .attribute(Attribute::string("id", "The user's name.").computed().stable())
    .attribute(
        Attribute::string(
            "username",
            "The name to log in with, at most 255 characters and without `:`; case matters. A change \
             makes a new user, without the permissions of the old one.",
        )
        .required()
        .empty(Empty::Refused)
        .replaces()
        .check(name_form()),
    )
    .attribute(
        Attribute::string(
            "password",
            "The password, at least 12 characters. Stored in state; `password_wo` is not. One of the two \
             is needed to create a user. Left out, the password of an existing user stays as it is; \
             after an import the next apply sets the one that is configured.",
        )
        .empty(Empty::Refused)
        .sensitive()
        .check(long_enough()),
    )
    .attribute(
        Attribute::string(
            "password_wo",
            "As `password`, but never stored. Needs `password_wo_version`, and is sent when that changes. \
             Terraform 1.11 or OpenTofu 1.11 and later.",
        )
        .empty(Empty::Refused)
        .write_only()
        .check(long_enough()),
    )
    .attribute(version_argument(
        "password_wo_version",
        "Any whole number from 0, together with `password_wo`; a change of it, up or down, sends that.",
    ))
    .attribute(
        Attribute::bool(
            "is_admin",
            "Whether nothing is refused to the user, in any workspace. `false` by default.",
        )
        .default(Value::Bool(false)),
    )
}

/// Servers check it from MLflow 3.17 on when a password is changed; before, they took even none.
fn long_enough() -> Validator {
    Validator::string("Password Too Short", |text| {
        let fits = text.chars().count() >= 12;
        let expected = || "MLflow wants at least 12 characters.".to_owned();
        fits.then_some(()).ok_or_else(expected)
    })
}

/// What no user of a server is called.
pub(in crate::provider) fn name_form() -> Validator {
    Validator::string("Invalid User Name", refused)
}

fn refused(name: &str) -> Result<(), String> {
    if name.contains(':') {
        return Err(
            "A colon ends the name where a client logs in, so nobody could log in with it. Leave it out."
                .to_owned(),
        );
    }
    if name.contains('\0') || name.chars().count() > 255 {
        return Err("Expected at most 255 characters, and no null character.".to_owned());
    }
    Ok(())
}
