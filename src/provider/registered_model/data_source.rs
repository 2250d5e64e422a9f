//! The data sources: one model by its name, and all models.

use crate::{
    api::{
        self,
        registered_models::{RegisteredModel, RegisteredModels},
        tags::Tags,
    },
    framework::{
        Context, DataSource, Diagnostics, Joined,
        schema::{Attribute, Empty, Schema},
    },
    provider::{
        Configured,
        managed::workspace,
        models::{
            Kind, lookup,
            read_only::{self, ReadOnly},
        },
        plural::Plural,
    },
};

/// `mlflow_registered_model`.
#[derive(Debug)]
pub(in crate::provider) struct One;

impl DataSource<Configured> for One {
    type Model = Joined<ReadOnly, workspace::Place>;

    const TYPE_NAME: &'static str = "mlflow_registered_model";

    fn schema() -> Schema {
        let name = Attribute::string("name", "The model's name; case matters.")
            .required()
            .empty(Empty::Refused)
            .check(api::Models::name_form());
        let schema = Schema::new("One registered model, by its name. A prompt is none.")
            .attribute(name)
            .attribute(workspace::reading_argument());
        let content = read_only::content().into_iter();
        content.fold(schema, Schema::attribute)
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        Joined(config, place): Self::Model,
    ) -> Result<Self::Model, Diagnostics> {
        let server = workspace::server(cx, &place.workspace).await?;
        let name = config.name.known_or_default();
        let model = lookup::owner::<api::Models>(cx, &server, &name, "name").await?;
        Ok(Joined(ReadOnly::of(&model), place))
    }
}

/// `mlflow_registered_models`.
#[derive(Debug)]
pub(in crate::provider) struct Models;

impl Plural for Models {
    type Object = RegisteredModels;
    type Row = ReadOnly;

    const TYPE_NAME: &'static str = "mlflow_registered_models";
    const DESCRIPTION: &'static str = "All registered models, or those that satisfy every given argument. Prompts are not among \
         them. Complete however many there are: one that exists throughout is there exactly once.";
    const FOUND: (&'static str, &'static str) =
        ("registered_models", "The models, ordered by name.");
    const KEYS: (&'static str, &'static str) =
        ("names", "The names of the same models, in the same order.");

    fn attributes() -> Vec<Attribute> {
        let name = Attribute::string("name", "The model's name.").computed();
        std::iter::once(name).chain(read_only::content()).collect()
    }

    fn shown(model: &RegisteredModel) -> Option<ReadOnly> {
        model.is::<api::Models>().then(|| ReadOnly::of(model))
    }

    fn name(model: &RegisteredModel) -> &str {
        &model.name
    }

    fn tags(model: &RegisteredModel) -> &Tags {
        &model.tags
    }
}
