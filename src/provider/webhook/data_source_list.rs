//! The data source `mlflow_webhooks`: all webhooks, or those that a filter lets pass.

use super::{
    filter::{self, Filter, Wanted},
    read_only::{self, ReadOnly},
};
use crate::{
    api,
    framework::{
        Attr, Context, DataSource, Diagnostics, Joined, Type,
        schema::{Attribute, Nesting, Schema},
    },
    provider::{Configured, explain::explain, managed::workspace},
    row,
};

/// `mlflow_webhooks`.
#[derive(Debug)]
pub(in crate::provider) struct All;

row! {
    /// What is found.
    pub(in crate::provider) struct Found {
        webhooks: Attr<Vec<ReadOnly>>,
        ids: Attr<Vec<String>>,
    }
}

impl DataSource<Configured> for All {
    type Model = Joined<Wanted, Found>;

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

    async fn read(
        &self,
        cx: &Context<Configured>,
        Joined(wanted, _): Self::Model,
    ) -> Result<Self::Model, Diagnostics> {
        let filter = Filter::new(&wanted)?;
        let webhooks = api::Webhooks::of(workspace::server(cx, &wanted.workspace).await?);
        let all = webhooks.all(filter.model_name.as_deref(), cx.stop()).await;
        let all = all.map_err(|error| explain(&error))?;
        let passing = all.iter().filter(|it| filter.passes(it));
        let webhooks: Vec<ReadOnly> = passing
            .map(|it| ReadOnly::of(webhooks.server().kind(), it))
            .collect();
        let ids: Vec<_> = webhooks
            .iter()
            .filter_map(|it| it.id.known().cloned())
            .collect();
        let found = Found {
            webhooks: webhooks.into(),
            ids: ids.into(),
        };
        Ok(Joined(wanted, found))
    }
}

fn found() -> [Attribute; 2] {
    let webhook = read_only::names().into_iter().chain(read_only::content());
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
