//! What a provider is made of, and the server that drives it.
//!
//! This module is the front door: the names that the author of a type imports. Start at
//! [`Resource`] and its siblings. [`server`] speaks the protocol and is the only one here that
//! knows its messages.

mod action;
mod any_resource;
#[cfg(test)]
pub(crate) mod catalogue_rules;
mod composed;
mod contradiction;
mod data_source;
mod diagnostics;
mod differences;
mod ephemeral;
mod export;
mod function;
mod generation;
mod identity;
mod joined;
mod left_out;
mod list;
mod model;
mod planning;
mod private;
mod provider;
mod resource;
pub mod schema;
pub mod server;
mod validation;

pub use crate::{
    row,
    wire::{Name, Number, Path, Step, Type, Value},
};
pub use action::{Action, AnyAction, Invoke, Progress};
pub use any_resource::AnyResource;
pub use composed::is_composed;
pub use data_source::{AnyDataSource, DataSource};
pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use differences::differences;
pub use ephemeral::{AnyEphemeralResource, EphemeralResource, Opened, Renewed};
pub use export::Exported;
pub use function::{AnyFunction, Function, FunctionError, Parameter, Signature};
pub use identity::{Identity, IdentityAttribute, ImportTarget};
pub use joined::Joined;
pub use list::{AnyListResource, Found, List, ListResource, Listed};
pub use model::{Attr, Field, Mismatch, Secret, SetOf};
pub(crate) use planning::map_object;
pub use private::Private;
pub use provider::{Catalogue, Context, Host, Offer, Provider};
pub use resource::{
    Applied, Create, Delete, Failed, Imported, MoveSource, Plan, PlanDestroy, PlanRequest, Read,
    Refreshed, Resource, Update,
};
