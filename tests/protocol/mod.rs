//! The wire, without Terraform.

mod descriptors;
mod host;
mod older;
mod requests;
mod traps;
mod unsent;
mod webhook;

use crate::support::Case;

/// All of them.
pub fn cases() -> Vec<Case> {
    let descriptors: Case = (
        "protocol::descriptors_match_the_table",
        descriptors::descriptors_match_the_table,
    );
    [
        host::cases(),
        traps::cases(),
        requests::cases(),
        older::cases(),
        unsent::cases(),
        webhook::cases(),
        vec![descriptors],
    ]
    .concat()
}
