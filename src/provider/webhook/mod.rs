//! `mlflow_webhook`: what a model registry calls when something happens to a model.
//!
//! [`Resource`] is the resource itself; around it stand data sources, a list, and test deliveries
//! as data and as an action. The rest is what these are made of: rows, schema, the rules of a
//! configuration, and the way between rows and a registry's webhook.

mod action;
mod advice;
mod clearing;
mod data_source;
mod data_source_list;
mod delivery;
mod events;
mod filter;
pub(super) mod inventory;
mod list;
mod model;
mod moved;
mod resource;
mod schema;
mod secret;
mod sent;
mod shown;
mod state;
mod supported;
mod test_data_source;
mod validate;

pub(super) use action::Action;
pub(super) use data_source::One;
pub(super) use data_source_list::All;
pub(super) use events::named as event_named;
pub(super) use filter::Filter;
pub(super) use list::List;
pub(super) use resource::Resource;
pub(super) use test_data_source::Test;
