//! Experiments: deleted softly, and restored when that is asked for.

mod data_source;
mod data_source_list;
mod entity;
mod on_databricks;
mod read_only;
mod row;
mod words;

use crate::{
    framework::Catalogue,
    provider::{Configured, managed},
};

/// The resource, its list and the data sources.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<entity::Experiment>()
        .data_source(data_source::One)
        .data_source(data_source_list::All)
}
