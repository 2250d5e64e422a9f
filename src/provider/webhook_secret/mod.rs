//! `mlflow_webhook_secret`: a secret that is never stored.

mod ephemeral;

pub(super) use ephemeral::WebhookSecret;
