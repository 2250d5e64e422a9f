//! The data source `mlflow_gateway_model_definition`: one definition, by its name.

use crate::{
    api::gateway::model_definitions::ModelDefinitions,
    framework::{
        Attr, Context, DataSource, Diagnostics,
        schema::{Attribute, Empty, Schema},
    },
    provider::{Configured, lookup, managed::workspace},
    row,
};

/// `mlflow_gateway_model_definition`.
#[derive(Debug)]
pub(in crate::provider) struct ByName;

row! {
    /// A definition as a server shows it.
    pub(in crate::provider) struct Shown {
        name: Attr<String>,
        workspace: Attr<String>,
        id: Attr<String>,
        secret_id: Attr<String>,
        secret_name: Attr<String>,
        provider_name: Attr<String>,
        model_name: Attr<String>,
        created_at: Attr<i64>,
    }
}

impl DataSource<Configured> for ByName {
    type Model = Shown;

    const TYPE_NAME: &'static str = "mlflow_gateway_model_definition";

    fn schema() -> Schema {
        let schema = Schema::new(
            "A model definition of the AI gateway by its name, such as one that another team looks \
             after. MLflow 3.11.1 and later.",
        );
        let name = Attribute::string("name", "Name of the definition.")
            .required()
            .empty(Empty::Refused);
        [name, workspace::reading_argument()]
            .into_iter()
            .chain(found())
            .fold(schema, Schema::attribute)
    }

    async fn read(&self, cx: &Context<Configured>, config: Shown) -> Result<Shown, Diagnostics> {
        let server = workspace::server(cx, &config.workspace).await?;
        let definition = lookup::named::<ModelDefinitions>(cx, &server, &config.name).await?;
        Ok(Shown {
            name: definition.name.into(),
            workspace: config.workspace,
            id: definition.id.into(),
            secret_id: definition.secret_id.into(),
            secret_name: definition.secret_name.into(),
            provider_name: definition.provider.into(),
            model_name: definition.model_name.into(),
            created_at: definition.created_at.into(),
        })
    }
}

fn found() -> [Attribute; 6] {
    [
        Attribute::string("id", "The server's id of the definition.").computed(),
        Attribute::string(
            "secret_id",
            "Id of the secret that has the provider's key; null once that was deleted.",
        )
        .computed(),
        Attribute::string(
            "secret_name",
            "Name of that secret; null once it was deleted.",
        )
        .computed(),
        Attribute::string("provider_name", "The provider that has the model.").computed(),
        Attribute::string("model_name", "What the provider calls the model.").computed(),
        Attribute::number(
            "created_at",
            "When the definition was created, in Unix milliseconds.",
        )
        .computed(),
    ]
}
