//! Budgets of the AI gateway. They have no name, and two may be equal.

mod entity;
mod row;

use crate::{
    framework::Catalogue,
    provider::{Configured, managed},
};

/// The resource and its list.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<entity::GatewayBudget>()
}
