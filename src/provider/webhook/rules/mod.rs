//! The rules of a configuration, each where the earliest can be told: [`offline`] by `terraform
//! validate`, the others by `terraform plan`, once the registry is known. [`by_registry`] refuses,
//! [`warnings`] only tells, and [`clear_by_replacing`] replaces what cannot be changed in place.

pub(super) mod by_registry;
pub(super) mod clear_by_replacing;
mod features;
pub(super) mod offline;
pub(super) mod warnings;
