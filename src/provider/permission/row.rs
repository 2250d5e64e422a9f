//! The row of the resource, and what may be configured.

use crate::{
    api::held_roles::Grant,
    framework::{
        Attr, Value,
        schema::{Attribute, Empty, Schema},
    },
    provider::{
        managed::workspace_argument,
        permitted::{self, Permitted},
        user,
    },
    row,
};

row! {
    /// The resource.
    pub(in crate::provider) struct Permission {
        pub(super) id: Attr<String>,
        pub(super) username: Attr<String>,
        pub(super) resource_type: Attr<String>,
        pub(super) resource_id: Attr<String>,
        pub(super) permission: Attr<String>,
        pub(super) workspace: Attr<String>,
        pub(super) overwrite: Attr<bool>,
    }
}

impl Permission {
    /// To whom, and on what.
    pub(super) fn grant(&self) -> Grant {
        Grant {
            username: self.username.known_or_default(),
            resource_type: self.resource_type.known_or_default(),
            resource_id: self.resource_id.known_or_default(),
        }
    }

    pub(super) fn level(&self) -> &str {
        self.permission.known().map_or("", String::as_str)
    }

    pub(super) const fn permitted(&self) -> Permitted<'_> {
        Permitted {
            resource_type: &self.resource_type,
            id: &self.resource_id,
            permission: &self.permission,
        }
    }

    /// Whether it is known what it is on, and that is identified by an id.
    pub(super) fn is_on_an_id(&self) -> bool {
        let is_known = self.resource_type.known().is_some() && self.resource_id.known().is_some();
        is_known && !self.is_on_a_name()
    }

    /// Whether what it is on is identified by a name that it may change.
    pub(super) fn is_on_a_name(&self) -> bool {
        let kind = self.resource_type.known().map_or("", String::as_str);
        permitted::named_type(kind).is_some()
    }
}

pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "What one user may do on one thing of an MLflow server that runs with basic-auth, or on all things \
         of a kind. Needs MLflow 3.13, and the login of an admin or of an admin of the workspace.\n\n\
         It stands beside what the user's roles permit; the highest level counts, and `DENY` wins. Whoever \
         makes an experiment, a model, a prompt or an object of the gateway has `MANAGE` on it by itself: \
         to manage that, import it or set `overwrite`. A change of `permission` leaves no moment without \
         access.",
    )
    .area("Access");
    let attributes = whose().into_iter().chain([
        permitted::level(
            "`READ`, `USE`, `EDIT` or `MANAGE`, each with all before it, or from MLflow 3.17 on `DENY`, \
             which wins over what roles permit. Changed in place.",
        ),
        workspace_argument(),
        Attribute::bool(
            "overwrite",
            "Whether to take over a permission of the user on the same that is there already, such as the \
             one that the creator of an object has by itself. It is then changed, and removed when this is \
             destroyed, unless the same apply has given it to a successor that overwrites too. `false` by \
             default.",
        )
        .default(Value::Bool(false)),
    ]);
    attributes.fold(schema, Schema::attribute)
}

fn whose() -> [Attribute; 4] {
    [
        Attribute::string(
            "id",
            "`USERNAME/RESOURCE_TYPE/RESOURCE_ID`; in each part `%`, `/` and what is not ASCII are \
             percent-encoded.",
        )
        .computed()
        .stable(),
        Attribute::string("username", "The user's name. A change makes a new permission.")
            .required()
            .empty(Empty::Refused)
            .replaces()
            .refers_to("mlflow_user", "username")
            .check(user::name_form()),
        permitted::resource_type(
            "On what kind of thing: `experiment`, `registered_model`, `prompt`, `scorer`, \
             `gateway_secret`, `gateway_endpoint`, `gateway_model_definition`. From MLflow 3.17 on also \
             `mcp_server`, `run`, `trace`, `assessment`, `logged_model`, `review_queue`, \
             `registered_model_version`, `prompt_version`, `scorer_version`, `mcp_server_version`; from \
             3.18 on `skill`. A change makes a new permission.",
            false,
        )
        .replaces(),
        Attribute::string(
            "resource_id",
            "On the one of this id, or of this name where that identifies it (models and prompts), or `*` \
             for all of the kind in the workspace. A scorer is `EXPERIMENT_ID/NAME`, the name \
             percent-encoded. It must be in the permission's `workspace`. A change that follows a rename \
             of a model or prompt changes only the state; of other kinds it makes a new permission.",
        )
        .required()
        .empty(Empty::Refused)
        .refers_by("resource_type", permitted::REFERRED),
    ]
}
