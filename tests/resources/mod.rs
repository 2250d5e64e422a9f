//! Resource types, a file or folder each.

mod experiment;
mod gateway;
mod registered_model;
mod registered_model_alias;
mod webhook;

use crate::support::Case;

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        webhook::cases(),
        registered_model::cases(),
        registered_model_alias::cases(),
        experiment::cases(),
        gateway::cases(),
    ]
    .concat()
}
