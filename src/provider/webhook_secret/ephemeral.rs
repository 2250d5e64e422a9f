//! The ephemeral resource: random octets, shown once.

use secrecy::zeroize::Zeroizing;

use crate::{
    framework::{
        Attr, Context, Diagnostic, Diagnostics, EphemeralResource, Opened, Secret, Value,
        schema::{Attribute, Schema, whole_number},
    },
    provider::{Configured, hex},
    row,
};

/// `mlflow_webhook_secret`.
#[derive(Debug)]
pub(in crate::provider) struct WebhookSecret;

row! {
    /// The ephemeral resource.
    pub(in crate::provider) struct Model {
        length: Attr<i64>,
        value: Attr<Secret>,
    }
}

const DEFAULT_LENGTH: i64 = 32;

impl EphemeralResource<Configured> for WebhookSecret {
    type Model = Model;

    const TYPE_NAME: &'static str = "mlflow_webhook_secret";

    fn schema() -> Schema {
        Schema::new(
            "A fresh random secret for `http_url_spec.secret_wo` of `mlflow_webhook`, which is in \
             no plan and in no state. It is another one at each plan and each apply: the webhook \
             takes over the one of the apply in which its `secret_wo_version` changes. Hand the \
             same value to the receiver in that apply, through a write-only argument of a secret \
             store.\n\n\
             Needs Terraform 1.10 or OpenTofu 1.11, and `secret_wo` one of 1.11. Works without a \
             configured registry.",
        )
        .attribute(
            Attribute::number(
                "length",
                "Length of the secret in bytes, 16 to 256; default 32. `value` has two characters \
                 for each.",
            )
            .default(Value::number(DEFAULT_LENGTH))
            .check(whole_number("Invalid Secret Length", 16..=256)),
        )
        .attribute(
            Attribute::string("value", "The secret, in hexadecimal digits.")
                .computed()
                .sensitive(),
        )
    }

    async fn open(
        &self,
        _cx: &Context<Configured>,
        config: Model,
    ) -> Result<Opened<Model>, Diagnostics> {
        let length = config.length.known().copied().unwrap_or(DEFAULT_LENGTH);
        let value = random(length.unsigned_abs())?;
        let result = Model {
            length: length.into(),
            value: Secret::from(value).into(),
        };
        Ok(Opened {
            result,
            ..Opened::default()
        })
    }
}

/// This many bytes from the system's random source, in hexadecimal digits.
fn random(length: u64) -> Result<String, Diagnostic> {
    let length = usize::try_from(length).unwrap_or_default();
    let mut octets = Zeroizing::new(vec![0; length]);
    aws_lc_rs::rand::fill(&mut octets).map_err(|_| {
        Diagnostic::error(
            "No Random Numbers",
            "The operating system's random source cannot be read, so no secret can be made.",
        )
    })?;
    Ok(hex::encode(&octets))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_secret_has_the_wanted_length_and_is_never_the_same() {
        let mut all = BTreeSet::new();
        for length in [16, 32, 256] {
            for _ in 0..100 {
                let secret = random(length).unwrap();
                assert_eq!(secret.len() as u64, length * 2);
                assert!(secret.chars().all(|it| it.is_ascii_hexdigit()));
                assert!(all.insert(secret));
            }
        }
    }
}
