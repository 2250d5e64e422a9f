//! `mlflow_webhook`: what a model registry calls when something happens to a model.
//!
//! [`Resource`] is the resource itself. The rest is what it is made of: rows, schema, the rules of
//! a configuration, and the way between rows and a registry's webhook.

mod delivery;
mod events;
mod filter;
pub(super) mod inventory;
mod model;
mod resource;
mod schema;
mod secret;
mod shown;
mod state;
mod supported;
mod validate;

pub(super) use events::named as event_named;
pub(super) use filter::Filter;
pub(super) use resource::Resource;
