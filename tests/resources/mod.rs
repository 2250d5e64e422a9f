//! Resource types, a file or folder each.

mod webhook;

use crate::support::Case;

/// All of them.
pub fn cases() -> Vec<Case> {
    [webhook::cases()].concat()
}
