//! Keys of model providers: written, and never seen again. A mask tells when somebody else has changed
//! one, and a changed address is never handed the old key.

mod data_source;
mod entity;
mod plan;
mod row;

use crate::{
    framework::Catalogue,
    provider::{Configured, managed},
};

/// The resource, its list and the data source.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<entity::GatewaySecret>().data_source(data_source::ByName)
}
