//! What is permitted to one user on one thing, beside all that roles permit. Read from what is the user's
//! own, never from what is effective, which hides that it is missing.

mod entity;
mod row;
mod target;

use crate::{
    framework::Catalogue,
    provider::{Client, managed},
};

/// The resource and its list.
pub(super) fn offers() -> Catalogue<Client> {
    managed::offers::<entity::UserPermission>()
}
