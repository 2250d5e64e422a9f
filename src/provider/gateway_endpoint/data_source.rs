//! The data source `mlflow_gateway_endpoint`: one endpoint, by id or by name.

use super::shown::{self, Shown};
use crate::{
    api::gateway::endpoints::{Endpoints, EndpointsByName},
    framework::{
        Context, DataSource, Diagnostic, Diagnostics, Joined, Path,
        schema::{Empty, Schema},
    },
    provider::{Configured, explain::explain, lookup, managed::workspace},
};

/// `mlflow_gateway_endpoint`.
#[derive(Debug)]
pub(in crate::provider) struct One;

impl DataSource<Configured> for One {
    type Model = Joined<Shown, workspace::Place>;

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
        lookup::by_id_or_name("An endpoint", &config.id, &config.name)
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
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
