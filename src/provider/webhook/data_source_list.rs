//! The data source `mlflow_webhooks`: all webhooks, or those that a filter lets pass.

use super::{
    filter::{self, Filter, Wanted},
    inventory,
    shown::{self, Shown},
};
use crate::{
    framework::{
        Attr, Context, DataSource, Diagnostics, SetOf, Type,
        schema::{Attribute, Nesting, Schema},
    },
    provider::{Client, explain::explain},
    row,
};

/// `mlflow_webhooks`.
#[derive(Debug)]
pub(in crate::provider) struct All;

row! {
    /// The data source.
    pub(in crate::provider) struct Model {
        model_name: Attr<String>,
        events: Attr<SetOf<Attr<String>>>,
        status: Attr<String>,
        name_regex: Attr<String>,
        webhooks: Attr<Vec<Shown>>,
        ids: Attr<Vec<String>>,
    }
}

impl DataSource<Client> for All {
    type Model = Model;

    const TYPE_NAME: &'static str = "mlflow_webhooks";

    fn schema() -> Schema {
        let schema = Schema::new(
            "All webhooks of the model registry, or those that satisfy every given argument. \
             Complete however many there are, and while others create and delete webhooks too: \
             one that exists throughout is there exactly once.",
        );
        let attributes = filter::arguments().into_iter().chain(found());
        attributes.fold(schema, Schema::attribute)
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model, Diagnostics> {
        let filter = Filter::new(&config.wanted())?;
        let registry = cx.client().known_registry()?;
        let all = inventory::all(registry, filter.model_name.as_deref(), cx.stop()).await;
        let all = all.map_err(|error| explain(&error))?;
        let passing = all.iter().filter(|it| filter.passes(it));
        let webhooks: Vec<Shown> = passing.map(|it| Shown::of(registry.kind(), it)).collect();
        let ids: Vec<_> = webhooks
            .iter()
            .filter_map(|it| it.id.known().cloned())
            .collect();
        Ok(Model {
            webhooks: webhooks.into(),
            ids: ids.into(),
            ..config
        })
    }
}

impl Model {
    fn wanted(&self) -> Wanted {
        Wanted {
            model_name: self.model_name.clone(),
            events: self.events.clone(),
            status: self.status.clone(),
            name_regex: self.name_regex.clone(),
        }
    }
}

fn found() -> [Attribute; 2] {
    let webhook = shown::names().into_iter().chain(shown::content());
    [
        Attribute::nested(
            "webhooks",
            "The webhooks, ordered by name, then by id.",
            Nesting::List,
            webhook.collect(),
        )
        .computed(),
        Attribute::plain(
            "ids",
            "The ids of the same webhooks, in the same order.",
            Type::list(Type::String),
        )
        .computed(),
    ]
}
