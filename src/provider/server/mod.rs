//! What a server says of itself.

mod data_source;

use crate::{framework::Catalogue, provider::Client};

/// The data source.
pub(super) fn offers() -> Catalogue<Client> {
    Catalogue::default().data_source(data_source::Server)
}
