//! The row of the resource, and what may be configured.

use crate::{
    framework::{
        Attr,
        schema::{Attribute, Empty, Schema},
    },
    provider::managed::workspace_argument,
    row,
};

row! {
    /// The resource.
    pub(in crate::provider) struct Row {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) secret_id: Attr<String>,
        pub(super) provider_name: Attr<String>,
        pub(super) model_name: Attr<String>,
        pub(super) workspace: Attr<String>,
        pub(super) created_at: Attr<i64>,
    }
}

pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "A model definition of the AI gateway: a model of a provider, and the secret to ask for it \
         with. Endpoints refer to it. MLflow 3.11.1 and later.\n\n\
         Everything is changed in place. The server checks neither provider nor model before the \
         definition is used.\n\n\
         A definition that an endpoint uses cannot be destroyed, and hosts destroy what leaves a \
         configuration before they change what referred to it. Give each definition \
         `lifecycle { create_before_destroy = true }`: then an endpoint lets go of it first, within \
         the same apply. Hosts hand that on to the secret that it refers to: a change that makes a new \
         secret, such as one of `provider_name`, then needs a new `name` for it in the same apply.",
    )
    .area("Gateway");
    arguments()
        .into_iter()
        .chain([
            workspace_argument(),
            Attribute::number(
                "created_at",
                "When the definition was created, in Unix milliseconds.",
            )
            .computed()
            .stable(),
        ])
        .fold(schema, Schema::attribute)
}

fn arguments() -> [Attribute; 5] {
    [
        Attribute::string("id", "The server's id of the definition.")
            .computed()
            .stable(),
        Attribute::string(
            "name",
            "Name of the definition, unique in its workspace. A change renames it in place.",
        )
        .required()
        .empty(Empty::Refused),
        Attribute::string(
            "secret_id",
            "Id of the secret that has the provider's key. Null in state once somebody has deleted \
             that secret; the plan then sets it again.",
        )
        .refers_to("mlflow_gateway_secret", "id")
        .required()
        .empty(Empty::Refused),
        Attribute::string(
            "provider_name",
            "The provider that has the model, such as `openai`. It should be the secret's.",
        )
        .required()
        .empty(Empty::Refused),
        Attribute::string(
            "model_name",
            "What the provider calls the model, such as `gpt-4o`.",
        )
        .required()
        .empty(Empty::Refused),
    ]
}
