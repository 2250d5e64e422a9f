//! Resource types, a file or folder each.

mod absent;
mod experiment;
mod gateway;
mod handed_on;
mod model_version;
mod permission;
mod prompt;
mod prompt_alias;
mod prompt_version;
mod readdressed;
mod registered_model;
mod registered_model_alias;
mod renames;
mod replaced;
mod role;
mod role_assignment;
mod tags;
mod user;
mod webhook;
mod workspace;

use crate::support::Case;

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        absent::cases(),
        webhook::cases(),
        registered_model::cases(),
        registered_model_alias::cases(),
        renames::cases(),
        replaced::cases(),
        handed_on::cases(),
        readdressed::cases(),
        tags::cases(),
        experiment::cases(),
        gateway::cases(),
        user::cases(),
        permission::cases(),
        role::cases(),
        role_assignment::cases(),
        model_version::cases(),
        prompt::cases(),
        prompt_version::cases(),
        prompt_alias::cases(),
        workspace::cases(),
    ]
    .concat()
}
