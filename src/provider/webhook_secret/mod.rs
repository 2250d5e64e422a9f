//! `mlflow_webhook_secret`: a secret that is never stored.

mod ephemeral;

use crate::{framework::Catalogue, provider::Configured};

/// The ephemeral resource.
pub(super) fn offers() -> Catalogue<Configured> {
    Catalogue::default().ephemeral_resource(ephemeral::WebhookSecret)
}
