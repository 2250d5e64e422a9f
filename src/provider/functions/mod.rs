//! Functions for receivers of deliveries: pure, with neither configuration nor network.

mod databricks_webhook_signature;
mod signature;
mod verify_webhook_signature;
mod webhook_signature;

use crate::{
    framework::{Catalogue, Parameter},
    provider::Configured,
};

/// All functions.
pub(super) fn offers() -> Catalogue<Configured> {
    Catalogue::default()
        .function(webhook_signature::WebhookSignature)
        .function(verify_webhook_signature::VerifyWebhookSignature)
        .function(databricks_webhook_signature::DatabricksWebhookSignature)
}

/// The key that both registries sign with.
const fn secret() -> Parameter {
    Parameter::string(
        "secret",
        "The webhook's secret, as in `http_url_spec.secret` of `mlflow_webhook`.",
    )
}

/// The body of a delivery.
const fn payload() -> Parameter {
    Parameter::string(
        "payload",
        "The body of the delivery exactly as it came: parsed and encoded again it is signed \
         differently.",
    )
}

const fn delivery_id() -> Parameter {
    Parameter::string(
        "delivery_id",
        "The header `X-MLflow-Delivery-Id`, a UUID that is new for each delivery.",
    )
}

const fn timestamp() -> Parameter {
    Parameter::string(
        "timestamp",
        "The header `X-MLflow-Timestamp`, in Unix seconds.",
    )
}
