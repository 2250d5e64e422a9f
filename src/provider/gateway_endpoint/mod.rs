//! Endpoints of the AI gateway: names that clients call, models that answer, and how the traffic is
//! spread over them.

mod data_source;
mod data_source_list;
mod entity;
mod forms;
mod models;
mod row;
mod rules;
mod shown;

use crate::{
    framework::Catalogue,
    provider::{Configured, managed},
};

/// The resource, its list and the data sources.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<entity::GatewayEndpoint>()
        .data_source(data_source::One)
        .data_source(data_source_list::All)
}
