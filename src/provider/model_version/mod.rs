//! Versions of registered models, as they are promoted from one registry or model to another.

mod content;
mod data_source;
mod read_only;
mod source;

use crate::{
    api::Models,
    framework::Catalogue,
    provider::{
        Configured, managed,
        models::{Version, VersionTexts, VersionType},
    },
};

/// The resource, its list and the data sources.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<Version<ModelVersion>>()
        .data_source(data_source::One)
        .data_source(data_source::All)
}

/// `mlflow_model_version`.
struct ModelVersion;

impl VersionType for ModelVersion {
    type Kind = Models;
    type Content = content::Content;

    const TYPE_NAME: &'static str = "mlflow_model_version";
    const TEXTS: VersionTexts = VersionTexts {
        noun: "model version",
        page: "A version of a registered model: for the promotion of a model from one registry, or one \
            registered model, to another. Training registers its versions by itself.\n\n\
            The server numbers versions. A change of `source`, `run_id`, `run_link` or `model_id` makes a \
            new one. By default the one before stays, with its number, tags and aliases; an \
            `mlflow_registered_model_alias` that refers to `version` moves once the new one is there. \
            Destroying leaves the version where it is, unless `skip_destroy = false`: its aliases go along \
            then, and its number is never given again.\n\n\
            A Databricks workspace takes the files into its registry after it has answered, which is waited for; \
            one whose registration fails is told and removed again.\n\n\
            Webhooks that listen to `model_version.created` or `model_version_tag.set` fire at each \
            change, and at nothing else.",
        list: "Lists versions of registered models for `terraform query`: of all models, or those whose \
            import id, `MODEL/VERSION`, begins as given. Without an order but that of names and numbers.\
            \n\nNeeds Terraform 1.14.",
        id: "`MODEL/VERSION`.",
        owner: "The model's name. A change that follows a rename of the model changes only the state; any \
            other is refused, because a version stays where it was made.",
        skip_destroy: "Whether the version stays when the resource is destroyed or replaced. `true` by \
            default: a version is history. The value in state counts.",
        identity: &[
            ("model_name", "The model's name."),
            ("version", "The version's number."),
        ],
    };
}
