//! Users of a server with basic-auth. Their passwords go one way only, and whoever the provider logs in as
//! is not taken from under it.

mod current;
mod entity;
mod itself;
mod list;
mod row;

use crate::{
    framework::Catalogue,
    provider::{Configured, managed},
};

pub(in crate::provider) use row::name_form;

/// The resource, its list and the data sources.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<entity::ServerUser>()
        .data_source(list::All)
        .data_source(current::Current)
}
