//! Workspaces of a server, and how much of what they hold goes when they go.

mod data_source;
mod entity;
mod row;
mod words;

use crate::{
    framework::Catalogue,
    provider::{Configured, managed},
};

/// The resource, its list and the data source.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<entity::Workspace>().data_source(data_source::All)
}
