//! Models of providers, each with the secret to ask for it with: changed in place in every part.

mod data_source;
mod entity;
mod row;

use crate::{
    framework::Catalogue,
    provider::{Configured, managed},
};

/// The resource, its list and the data source.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<entity::Definition>().data_source(data_source::ByName)
}
