//! `databricks_webhook_signature`: how Databricks signs.

use super::{payload, secret, signature};
use crate::{
    framework::{Function, FunctionError, Secret, Signature, Type},
    row,
};

/// `databricks_webhook_signature`.
#[derive(Debug)]
pub(in crate::provider) struct DatabricksWebhookSignature;

row! {
    /// What it takes.
    pub(in crate::provider) struct Arguments {
        secret: Secret,
        payload: String,
    }
}

impl Function for DatabricksWebhookSignature {
    type Arguments = Arguments;
    type Output = String;

    const NAME: &'static str = "databricks_webhook_signature";

    fn signature() -> Signature {
        Signature {
            summary: "Signs a delivery as a Databricks workspace does.",
            description: "The value of the header `X-Databricks-Signature` that a Databricks \
                workspace sends with a delivery: the HMAC-SHA256 over the payload, in hexadecimal \
                digits. For tests of a receiver.\n\n\
                The result is sensitive or ephemeral when the secret is. Works without a \
                configured provider.",
            parameters: vec![secret(), payload()],
            variadic: None,
            returns: Type::String,
        }
    }

    fn call(it: Arguments) -> Result<String, FunctionError> {
        Ok(signature::databricks(it.secret.expose(), &it.payload))
    }
}
