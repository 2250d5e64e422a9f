//! What is permitted to one user on one thing, beside all that roles permit. Read from what is the user's
//! own, never from what is effective, which hides that it is missing.

mod entity;
mod row;
mod target;

use crate::{
    framework::Catalogue,
    provider::{Configured, managed},
};

/// The resource and its list.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<entity::UserPermission>()
}
