//! The wire, without Terraform.

mod descriptors;
mod host;

use crate::support::Case;

/// All of them.
pub fn cases() -> Vec<Case> {
    let descriptors: Case = (
        "protocol::descriptors_match_the_table",
        descriptors::descriptors_match_the_table,
    );
    [host::cases(), vec![descriptors]].concat()
}
