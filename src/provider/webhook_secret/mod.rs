//! `mlflow_webhook_secret`: a secret that is never stored.

mod ephemeral;

use crate::{framework::Catalogue, provider::Client};

/// The ephemeral resource.
pub(super) fn offers() -> Catalogue<Client> {
    Catalogue::default().ephemeral_resource(ephemeral::WebhookSecret)
}
