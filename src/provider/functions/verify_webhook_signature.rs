//! `verify_webhook_signature`: whether a delivery comes from MLflow.

use super::{delivery_id, payload, secret, signature::Delivery, timestamp};
use crate::{
    framework::{Function, FunctionError, Parameter, Secret, Signature, Type},
    row,
};

/// `verify_webhook_signature`.
#[derive(Debug)]
pub(in crate::provider) struct VerifyWebhookSignature;

row! {
    /// What it takes.
    pub(in crate::provider) struct Arguments {
        secret: Secret,
        signature: String,
        delivery_id: String,
        timestamp: String,
        payload: String,
    }
}

impl Function for VerifyWebhookSignature {
    type Arguments = Arguments;
    type Output = bool;

    const NAME: &'static str = "verify_webhook_signature";

    fn signature() -> Signature {
        let signature = Parameter::string(
            "signature",
            "The header `X-MLflow-Signature`, such as `v1,...`. One that is malformed is not \
             valid, and no error.",
        );
        Signature {
            summary: "Tells whether a delivery was signed by an MLflow server with this secret.",
            description: "Whether `signature` is what an MLflow server sends with this delivery \
                when the webhook has this secret. The comparison takes the same time wherever the \
                two differ. See that the secret is not empty: servers sign nothing with an empty \
                one, and anybody else could.\n\n\
                How old the delivery is does not matter here: a receiver should also refuse \
                timestamps older than five minutes. Works without a configured provider.",
            parameters: vec![secret(), signature, delivery_id(), timestamp(), payload()],
            variadic: None,
            returns: Type::Bool,
        }
    }

    fn call(it: Arguments) -> Result<bool, FunctionError> {
        let delivery = Delivery {
            id: &it.delivery_id,
            timestamp: &it.timestamp,
            payload: &it.payload,
        };
        Ok(delivery.is_signed(it.secret.expose(), &it.signature))
    }
}
