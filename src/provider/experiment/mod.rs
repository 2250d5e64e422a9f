//! Experiments: deleted softly, and restored when that is asked for.

mod artifact_location;
mod entity;
mod row;
mod words;

use crate::{
    framework::Catalogue,
    provider::{Client, managed},
};

/// The resource and its list.
pub(super) fn offers() -> Catalogue<Client> {
    managed::offers::<entity::Experiment>()
}
