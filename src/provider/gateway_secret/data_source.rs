//! The data source `mlflow_gateway_secret`: one secret, by its name.

use crate::{
    api::gateway::secrets::Secrets,
    framework::{
        Attr, Context, DataSource, Diagnostics,
        schema::{Attribute, Empty, Schema},
    },
    provider::{
        Configured, lookup,
        managed::{Texts, texts, workspace},
    },
    row,
};

/// `mlflow_gateway_secret`.
#[derive(Debug)]
pub(in crate::provider) struct ByName;

row! {
    /// A secret as a server shows it.
    pub(in crate::provider) struct Shown {
        name: Attr<String>,
        workspace: Attr<String>,
        id: Attr<String>,
        provider_name: Attr<String>,
        auth_config: Texts,
        masked_values: Texts,
        created_at: Attr<i64>,
        last_updated_at: Attr<i64>,
    }
}

impl DataSource<Configured> for ByName {
    type Model = Shown;

    const TYPE_NAME: &'static str = "mlflow_gateway_secret";

    fn schema() -> Schema {
        let schema = Schema::new(
            "A secret of the AI gateway by its name, such as one that another team looks after. Its \
             key is not among what is given: no server shows it. MLflow 3.11.1 and later.",
        );
        let name = Attribute::string("name", "Name of the secret.")
            .required()
            .empty(Empty::Refused);
        [name, workspace::reading_argument()]
            .into_iter()
            .chain(found())
            .fold(schema, Schema::attribute)
    }

    async fn read(&self, cx: &Context<Configured>, config: Shown) -> Result<Shown, Diagnostics> {
        let server = workspace::server(cx, &config.workspace).await?;
        let secret = lookup::named::<Secrets>(cx, &server, &config.name).await?;
        Ok(Shown {
            name: secret.name.into(),
            workspace: config.workspace,
            id: secret.id.into(),
            provider_name: secret.provider.into(),
            auth_config: texts(&secret.auth_config),
            masked_values: texts(&secret.masked_values),
            created_at: secret.created_at.into(),
            last_updated_at: secret.last_updated_at.into(),
        })
    }
}

fn found() -> [Attribute; 6] {
    [
        Attribute::string("id", "The server's id of the secret.").computed(),
        Attribute::string("provider_name", "The model provider whose key it is.").computed(),
        Attribute::string_map(
            "auth_config",
            "What goes with the key, such as `api_base`; empty without any.",
        )
        .computed(),
        Attribute::string_map(
            "masked_values",
            "What the server shows of each part of the key.",
        )
        .computed()
        .sensitive(),
        Attribute::number(
            "created_at",
            "When the secret was created, in Unix milliseconds.",
        )
        .computed(),
        Attribute::number(
            "last_updated_at",
            "When the secret was last written, in Unix milliseconds.",
        )
        .computed(),
    ]
}
