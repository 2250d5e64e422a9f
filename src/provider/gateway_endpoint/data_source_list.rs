//! The data source `mlflow_gateway_endpoints`: all endpoints, or those that satisfy every argument.

use super::shown::{self, Shown};
use crate::{
    api::gateway::endpoints::{Endpoint, Endpoints},
    framework::{
        Attr, Context, DataSource, Diagnostics, Type,
        schema::{Attribute, Empty, Nesting, Schema},
    },
    provider::{
        Configured,
        explain::explain,
        managed::{Texts, known_texts, workspace},
    },
    row,
};

/// `mlflow_gateway_endpoints`.
#[derive(Debug)]
pub(in crate::provider) struct All;

row! {
    /// What is asked for, and what is found.
    pub(in crate::provider) struct Asked {
        name_prefix: Attr<String>,
        provider_name: Attr<String>,
        tags: Texts,
        workspace: Attr<String>,
        endpoints: Attr<Vec<Shown>>,
        names: Attr<Vec<String>>,
    }
}

impl DataSource<Configured> for All {
    type Model = Asked;

    const TYPE_NAME: &'static str = "mlflow_gateway_endpoints";

    fn schema() -> Schema {
        let schema = Schema::new(
            "All endpoints of the AI gateway, or those that satisfy every given argument, sorted by \
             name. The server leaves out endpoints without a model. MLflow 3.11.1 and later.",
        );
        arguments()
            .into_iter()
            .chain([workspace::reading_argument()])
            .chain(found())
            .fold(schema, Schema::attribute)
    }

    async fn read(&self, cx: &Context<Configured>, asked: Asked) -> Result<Asked, Diagnostics> {
        let server = workspace::server(cx, &asked.workspace).await?;
        let listing = server.list::<Endpoints>(cx.stop()).await;
        let mut all = listing.map_err(|error| explain(&error))?;
        all.retain(|endpoint| asked.is_for(endpoint));
        all.sort_by(|one, other| one.name.cmp(&other.name));
        let names: Vec<_> = all.iter().map(|it| it.name.clone()).collect();
        let endpoints: Vec<_> = all.iter().map(Shown::of).collect();
        Ok(Asked {
            endpoints: endpoints.into(),
            names: names.into(),
            ..asked
        })
    }
}

impl Asked {
    fn is_for(&self, endpoint: &Endpoint) -> bool {
        let prefix = self.name_prefix.known().map_or("", String::as_str);
        let has_provider = |provider: &String| {
            let mut definitions = endpoint
                .models
                .iter()
                .filter_map(|it| it.model_definition.as_ref());
            definitions.any(|it| it.provider == *provider)
        };
        let tags = known_texts(&self.tags);
        endpoint.name.starts_with(prefix)
            && self.provider_name.known().is_none_or(has_provider)
            && tags
                .iter()
                .all(|(key, value)| endpoint.tags.get(key) == Some(value))
    }
}

fn arguments() -> [Attribute; 3] {
    [
        Attribute::string("name_prefix", "Only those whose name begins like this.")
            .empty(Empty::LeftOut),
        Attribute::string("provider_name", "Only those with a model of this provider.")
            .empty(Empty::Refused),
        Attribute::string_map("tags", "Only those that have all these tags.").empty(Empty::Allowed),
    ]
}

fn found() -> [Attribute; 2] {
    let endpoint = shown::names().into_iter().chain(shown::content());
    [
        Attribute::nested(
            "endpoints",
            "The endpoints that were found.",
            Nesting::List,
            endpoint.collect(),
        )
        .computed(),
        Attribute::plain("names", "Their names.", Type::list(Type::String)).computed(),
    ]
}
