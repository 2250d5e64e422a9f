//! The row of the resource, and what may be configured.

use crate::{
    framework::{
        Attr, Value,
        schema::{Attribute, Empty, Schema},
    },
    provider::{
        managed::{tags, workspace_argument},
        model_name,
    },
    row,
};

row! {
    /// The resource.
    pub(in crate::provider) struct RegisteredModel {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) description: Attr<String>,
        pub(super) tags: tags::Tags,
        pub(super) workspace: Attr<String>,
        pub(super) force_destroy: Attr<bool>,
        pub(super) creation_timestamp: Attr<i64>,
    }
}

pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "A registered model of the model registry.\n\n\
         A change of `name` renames it in place: its versions, tags, aliases and the grants on it go \
         along, and so do `mlflow_registered_model_alias` resources that refer to it. Creating never \
         takes over a model that is there already: import it. Destroying takes its versions along, \
         and is refused while there are any unless `force_destroy` is set.",
    )
    .area("Registry");
    arguments()
        .into_iter()
        .chain([
            tags::argument(),
            workspace_argument(),
            Attribute::bool(
                "force_destroy",
                "Whether the model may be destroyed, or replaced, together with its versions. They \
                 cannot be brought back. The value in state counts: set it, apply, then destroy. \
                 `false` by default.",
            )
            .default(Value::Bool(false)),
            Attribute::number(
                "creation_timestamp",
                "When the model was created, in Unix milliseconds.",
            )
            .computed()
            .stable(),
        ])
        .fold(schema, Schema::attribute)
}

fn arguments() -> [Attribute; 3] {
    [
        Attribute::string("id", "The model's name, which is all that identifies it.")
            .computed()
            .stable(),
        Attribute::string(
            "name",
            "Name of the model, unique in its workspace; case matters. Not blank, without `/` and \
             `:`, and not beginning with `..`. A change renames the model in place.",
        )
        .required()
        .empty(Empty::Refused)
        .check(model_name::form()),
        Attribute::string(
            "description",
            "What the model is, at most 5000 characters on PostgreSQL. Left out and `\"\"` mean the \
             same: none.",
        )
.empty(Empty::LeftOut),
    ]
}
