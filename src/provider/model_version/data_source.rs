//! The data sources: one version of a model, and all of them.

use super::read_only::{self, ReadOnly};
use crate::{
    api::Models,
    framework::{
        Attr, Context, DataSource, Diagnostics, Joined,
        schema::{Attribute, Empty, Nesting, Schema},
    },
    provider::{
        Configured,
        explain::explain,
        managed::workspace,
        models::{
            Kind,
            lookup::{self, Which},
        },
    },
    row,
};

const MODEL_NAME: &str = "model_name";

row! {
    /// Of which model.
    pub(in crate::provider) struct Owner {
        model_name: Attr<String>,
    }
}

fn model_name() -> Attribute {
    Attribute::string(MODEL_NAME, "The model's name; case matters.")
        .required()
        .empty(Empty::Refused)
        .check(Models::name_form())
}

/// `mlflow_model_version`.
#[derive(Debug)]
pub(in crate::provider) struct One;

impl DataSource<Configured> for One {
    type Model = Joined<Owner, Joined<Which, ReadOnly>>;

    const TYPE_NAME: &'static str = "mlflow_model_version";

    fn schema() -> Schema {
        let schema = Schema::new(
            "One version of a registered model: by its number, by an alias, or the newest.",
        );
        std::iter::once(model_name())
            .chain(lookup::arguments())
            .chain(read_only::content())
            .fold(schema, Schema::attribute)
    }

    fn validate(Joined(_, Joined(which, _)): &Self::Model) -> Diagnostics {
        lookup::validate(which)
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        Joined(owner, Joined(which, _)): Self::Model,
    ) -> Result<Self::Model, Diagnostics> {
        let server = workspace::server(cx, &which.workspace).await?;
        let name = owner.model_name.known().map_or("", String::as_str);
        let model = lookup::owner::<Models>(cx, &server, name, MODEL_NAME).await?;
        let version = lookup::version::<Models>(cx, &server, &model, &which).await?;
        let which = Which {
            version: version.key.version.clone().into(),
            ..which
        };
        Ok(Joined(owner, Joined(which, ReadOnly::of(&version))))
    }
}

/// `mlflow_model_versions`.
#[derive(Debug)]
pub(in crate::provider) struct All;

row! {
    /// The number of a version.
    pub(in crate::provider) struct Number {
        version: Attr<String>,
    }
}

row! {
    /// What is found.
    pub(in crate::provider) struct Found {
        versions: Attr<Vec<Joined<Number, ReadOnly>>>,
    }
}

impl DataSource<Configured> for All {
    type Model = Joined<Owner, Joined<workspace::Place, Found>>;

    const TYPE_NAME: &'static str = "mlflow_model_versions";

    fn schema() -> Schema {
        let number = Attribute::string("version", "The version's number.").computed();
        let version = std::iter::once(number).chain(read_only::content());
        Schema::new(
            "All versions of a registered model, newest first. Complete however many there are: one that \
             exists throughout is there exactly once.",
        )
        .attribute(model_name())
        .attribute(workspace::reading_argument())
        .attribute(
            Attribute::nested(
                "versions",
                "The versions, newest first.",
                Nesting::List,
                version.collect(),
            )
            .computed(),
        )
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        Joined(owner, Joined(place, _)): Self::Model,
    ) -> Result<Self::Model, Diagnostics> {
        let server = workspace::server(cx, &place.workspace).await?;
        let name = owner.model_name.known().map_or("", String::as_str);
        let model = lookup::owner::<Models>(cx, &server, name, MODEL_NAME).await?;
        let versions = server.versions_of::<Models>(&model, cx.stop()).await;
        let versions = versions.map_err(|error| explain(&error))?;
        let rows = versions.iter().map(|it| {
            let version = it.key.version.clone().into();
            Joined(Number { version }, ReadOnly::of(it))
        });
        let versions = rows.collect::<Vec<_>>().into();
        Ok(Joined(owner, Joined(place, Found { versions })))
    }
}
