//! `webhook_signature`: how MLflow signs.

use super::{delivery_id, payload, secret, signature::Delivery, timestamp};
use crate::{
    framework::{Function, FunctionError, Secret, Signature, Type},
    row,
};

/// `webhook_signature`.
#[derive(Debug)]
pub(in crate::provider) struct WebhookSignature;

row! {
    /// What it takes.
    pub(in crate::provider) struct Arguments {
        secret: Secret,
        delivery_id: String,
        timestamp: String,
        payload: String,
    }
}

impl Function for WebhookSignature {
    type Arguments = Arguments;
    type Output = String;

    const NAME: &'static str = "webhook_signature";

    fn signature() -> Signature {
        Signature {
            summary: "Signs a delivery as an MLflow server does.",
            description: "The value of the header `X-MLflow-Signature` that an MLflow server sends \
                with a delivery: `v1,` and the Base64 form of the HMAC-SHA256 over \
                `<delivery_id>.<timestamp>.<payload>`. For tests of a receiver, and for receivers \
                that are configured with expected values.\n\n\
                The result is sensitive or ephemeral when the secret is. Works without a \
                configured provider.",
            parameters: vec![secret(), delivery_id(), timestamp(), payload()],
            variadic: None,
            returns: Type::String,
        }
    }

    fn call(it: Arguments) -> Result<String, FunctionError> {
        let delivery = Delivery {
            id: &it.delivery_id,
            timestamp: &it.timestamp,
            payload: &it.payload,
        };
        Ok(delivery.signature(it.secret.expose()))
    }
}
