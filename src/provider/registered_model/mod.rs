//! Registered models: renamed in place with their versions, and never destroyed with them unasked.

mod data_source;

use crate::{
    api::{Models, registered_models},
    framework::{Attr, Catalogue, schema::Attribute},
    provider::{
        Configured, managed,
        models::{Model, ModelTexts, ModelType, More},
        plural,
    },
    row,
};

/// The resource, its list and the data sources.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<Model<RegisteredModel>>()
        .data_source(data_source::One)
        .data_source(plural::All::<data_source::Models>::NEW)
}

row! {
    /// What a Databricks workspace tells of a model beside what MLflow does.
    struct OnDatabricks {
        registered_model_id: Attr<String>,
    }
}

impl More for OnDatabricks {
    fn attributes() -> Vec<Attribute> {
        let id = Attribute::string(
            "registered_model_id",
            "The id by which a Databricks workspace knows the model where its permissions are managed. \
             Null on an MLflow server.",
        );
        vec![id.computed().stable()]
    }

    fn of(model: &registered_models::RegisteredModel) -> Self {
        Self {
            registered_model_id: model.databricks_id.clone().into(),
        }
    }
}

/// `mlflow_registered_model`.
struct RegisteredModel;

impl ModelType for RegisteredModel {
    type Kind = Models;
    type More = OnDatabricks;

    const MOVED_FROM: Option<&'static str> = Some("databricks_mlflow_model");
    const TEXTS: ModelTexts = ModelTexts {
        noun: "registered model",
        page: "A registered model of the model registry.\n\n\
            A change of `name` renames it in place: its versions, tags, aliases and the grants on it go \
            along, and so do `mlflow_registered_model_alias` and `mlflow_model_version` resources that \
            refer to it. Creating never takes over a model that is there already: import it. Destroying \
            takes its versions along, and is refused while there are any unless `force_destroy` is set. A `moved` \
            block takes over the state of `databricks_mlflow_model`.",
        list: "Lists registered models for `terraform query`: all of a workspace, or those that satisfy \
            every given argument. Prompts are not among them.\n\nNeeds Terraform 1.14.",
        id: "The model's name, which is all that identifies it.",
        name: "Name of the model, unique in its workspace; case matters. Not blank, without `/` and `:`, \
            and not beginning with `..`; in a Databricks workspace without periods. A change renames the model in place.",
        description: "What the model is, at most 5000 characters on PostgreSQL. Left out and `\"\"` mean \
            the same: none.",
        force_destroy: "Whether the model may be destroyed, or replaced, together with its versions. They \
            cannot be brought back. The value in state counts: set it, apply, then destroy. `false` by \
            default.",
        creation_timestamp: "When the model was created, in Unix milliseconds.",
        identity: &[("name", "The model's name.")],
    };
}
