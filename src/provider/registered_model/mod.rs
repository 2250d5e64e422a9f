//! Registered models: renamed in place with their versions, and never destroyed with them unasked.

mod data_source;
mod entity;
mod read_only;
mod row;

use crate::{
    framework::Catalogue,
    provider::{Client, managed, plural},
};

/// The resource, its list and the data sources.
pub(super) fn offers() -> Catalogue<Client> {
    managed::offers::<entity::Model>()
        .data_source(data_source::One)
        .data_source(plural::All::<data_source::Models>::NEW)
}
