//! Roles: what they permit is theirs alone, and their names, not the ids that a server gives again, tell
//! them apart.

mod data_source;
mod entity;
mod row;

pub(super) use entity::hidden;

use crate::{
    framework::Catalogue,
    provider::{Configured, managed},
};

/// The resource, its list and the data sources.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<entity::ServerRole>()
        .data_source(data_source::One)
        .data_source(data_source::All)
}
