//! The data source `mlflow_gateway_endpoint`: one endpoint, by id or by name.

use super::shown::{self, Shown};
use crate::{
    api::gateway::endpoints::{Endpoints, EndpointsByName},
    framework::{
        Attr, Context, DataSource, Diagnostic, Diagnostics, Joined, Path,
        schema::{Empty, Schema},
    },
    provider::{Client, explain::explain, managed::workspace},
    row,
};

/// `mlflow_gateway_endpoint`.
#[derive(Debug)]
pub(in crate::provider) struct One;

row! {
    /// Where it is looked for.
    pub(in crate::provider) struct Place {
        workspace: Attr<String>,
    }
}

impl DataSource<Client> for One {
    type Model = Joined<Shown, Place>;

    const TYPE_NAME: &'static str = "mlflow_gateway_endpoint";

    fn schema() -> Schema {
        let schema = Schema::new(
            "An endpoint of the AI gateway, by exactly one of `id` and `name`. MLflow 3.11.1 and later.",
        );
        let names = shown::names();
        let names = names.map(|it| it.optional_computed().empty(Empty::Refused));
        names
            .into_iter()
            .chain(shown::content())
            .chain([workspace::reading_argument()])
            .fold(schema, Schema::attribute)
    }

    fn validate(Joined(config, _): &Self::Model) -> Diagnostics {
        let neither = config.id.is_null() && config.name.is_null();
        let both = config.id.known().is_some() && config.name.known().is_some();
        let problem = match (neither, both) {
            (true, _) => "None is given.",
            (_, true) => "Both are given.",
            _ => return Diagnostics::new(),
        };
        let detail = format!("An endpoint is looked up by exactly one of id and name. {problem}");
        Diagnostic::error("Need One of ID and Name", detail).into()
    }

    async fn read(
        &self,
        cx: &Context<Client>,
        Joined(config, place): Self::Model,
    ) -> Result<Self::Model, Diagnostics> {
        let server = workspace::server(cx, &place.workspace).await?;
        let (by, found) = match (config.id.known(), config.name.known()) {
            (Some(id), _) => ("id", server.get::<Endpoints>(id, cx.stop()).await),
            (None, name) => {
                let name = name.cloned().unwrap_or_default();
                (
                    "name",
                    server.get::<EndpointsByName>(&name, cx.stop()).await,
                )
            }
        };
        match found {
            Ok(endpoint) => Ok(Joined(Shown::of(&endpoint), place)),
            Err(none) if none.is_not_found() => Err(not_found(by).into()),
            Err(error) => Err(explain(&error).into()),
        }
    }
}

fn not_found(by: &'static str) -> Diagnostic {
    Diagnostic::error(
        "Gateway Endpoint Not Found",
        format!(
            "The workspace has no gateway endpoint of this {by}. Upper and lower case matter, and so \
             does the workspace."
        ),
    )
    .at(Path::attribute(by))
}
