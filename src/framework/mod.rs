//! What a provider is made of, and the server that drives it.
//!
//! This module is the front door: the names that the author of a resource imports. Start at
//! [`Resource`]. [`server`] speaks the protocol and is the only one here that knows its messages.

mod diagnostics;
mod model;
mod planning;
mod private;
mod provider;
mod resource;
pub mod schema;
pub mod server;
mod validation;

pub use crate::row;
pub use crate::wire::{Number, Path, Step, Type, Value};
pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use model::{Attr, Field, Mismatch, Secret, SetOf};
pub use private::Private;
pub use provider::{Catalogue, Context, Host, Provider};
pub use resource::{
    AnyResource, Applied, Create, Delete, Failed, Imported, MoveSource, Plan, PlanRequest, Read,
    Refreshed, Resource, Update,
};
