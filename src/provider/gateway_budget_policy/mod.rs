//! Budgets of the AI gateway. They have no name, and two may be equal.

mod entity;
mod row;

use crate::{
    framework::Catalogue,
    provider::{Client, managed},
};

/// The resource and its list.
pub(super) fn offers() -> Catalogue<Client> {
    managed::offers::<entity::GatewayBudget>()
}
