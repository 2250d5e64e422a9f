//! Registered models: renamed in place with their versions, and never destroyed with them unasked.

mod entity;
mod row;

use crate::{
    framework::Catalogue,
    provider::{Client, managed},
};

/// The resource and its list.
pub(super) fn offers() -> Catalogue<Client> {
    managed::offers::<entity::Model>()
}
