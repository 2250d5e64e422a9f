//! `mlflow_webhook`: what a model registry calls when something happens to a model.
//!
//! [`resource`] is the resource itself; around it stand data sources, a list, and test deliveries
//! as data and as an action. The rest is what these are made of: rows, schema, the rules of a
//! configuration, and the way between rows and a registry's webhook.

mod action;
mod data_source;
mod data_source_list;
mod delivery;
mod events;
mod filter;
mod from_databricks;
mod list;
mod model;
mod read_only;
mod resource;
mod rules;
mod schema;
mod secret;
mod sent;
mod state;
mod test_data_source;

pub(super) use events::named as event_named;

use crate::{framework::Catalogue, provider::Configured};

/// Everything around webhooks that is managed, read, listed or done.
pub(super) fn offers() -> Catalogue<Configured> {
    Catalogue::default()
        .resource(resource::Resource)
        .data_source(data_source::One)
        .data_source(data_source_list::All)
        .data_source(test_data_source::Test)
        .list_resource(list::List)
        .action(action::Action)
}
