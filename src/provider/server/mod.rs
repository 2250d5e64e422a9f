//! What a server says of itself.

mod data_source;

use crate::{framework::Catalogue, provider::Configured};

/// The data source.
pub(super) fn offers() -> Catalogue<Configured> {
    Catalogue::default().data_source(data_source::Server)
}
