//! How registries sign what they deliver: pure, from the parts of a delivery to the text of a header.

use aws_lc_rs::{constant_time, hmac};
use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::provider::hex;

/// The parts of an MLflow delivery that its signature covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delivery<'a> {
    /// `X-MLflow-Delivery-Id`.
    pub(super) id: &'a str,
    /// `X-MLflow-Timestamp`, as it stands in the header.
    pub(super) timestamp: &'a str,
    /// The body, octet for octet.
    pub(super) payload: &'a str,
}

impl Delivery<'_> {
    /// The value of `X-MLflow-Signature`.
    pub(super) fn signature(&self, secret: &str) -> String {
        let Self {
            id,
            timestamp,
            payload,
        } = self;
        let tag = hmac_sha256(secret, &[id, ".", timestamp, ".", payload]);
        format!("v1,{}", BASE64_STANDARD.encode(tag))
    }

    /// Whether `signature` is the one that MLflow makes. The time taken tells nothing about where
    /// the two differ, and there is one form only, so whatever is malformed simply differs.
    pub(super) fn is_signed(&self, secret: &str, signature: &str) -> bool {
        let expected = self.signature(secret);
        constant_time::verify_slices_are_equal(expected.as_bytes(), signature.as_bytes()).is_ok()
    }
}

/// The value of `X-Databricks-Signature`.
pub(super) fn databricks(secret: &str, payload: &str) -> String {
    let tag = hmac_sha256(secret, &[payload]);
    hex::encode(tag.as_ref())
}

fn hmac_sha256(secret: &str, parts: &[&str]) -> hmac::Tag {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let mut context = hmac::Context::with_key(&key);
    for part in parts {
        context.update(part.as_bytes());
    }
    context.sign()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    /// HMAC as RFC 2104 defines it, over another implementation of SHA-256.
    fn rfc_2104(key: &[u8], message: &[u8]) -> Vec<u8> {
        const BLOCK: usize = 64;
        let mut block = [0; BLOCK];
        if key.len() > BLOCK {
            block[..32].copy_from_slice(&Sha256::digest(key));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let padded = |pad: u8| block.map(|octet| octet ^ pad);
        let inner = Sha256::digest([&padded(0x36), message].concat());
        Sha256::digest([&padded(0x5c), &inner[..]].concat()).to_vec()
    }

    fn delivery() -> Delivery<'static> {
        Delivery {
            id: "b0a4c2f6-6a59-4a55-8d0e-27e4d6e8b1f3",
            timestamp: "1795377334",
            payload: r#"{"entity": "model_version", "action": "created"}"#,
        }
    }

    /// Made once with Python's `hmac`, as MLflow's own code does it.
    #[test]
    fn signatures_are_those_of_python() {
        let signature = "v1,YwArq0ChsprFgGCAssVfCnj30ojWHqjtY87yLji67mA=";
        assert_eq!(delivery().signature("s3cret"), signature);
        assert!(delivery().is_signed("s3cret", signature));
        assert_eq!(
            databricks("s3cret", delivery().payload),
            "a419275d58cfb1fdca31cad0886cd82df33a82d2fd3ce0cc2f0664f2daf93cd0"
        );
    }

    #[test]
    fn the_reference_itself_is_right() {
        // RFC 4231, test case 2.
        let tag = rfc_2104(b"Jefe", b"what do ya want for nothing?");
        let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex::encode(&tag), known);
    }

    #[test]
    fn what_is_malformed_is_no_signature_and_no_error() {
        let good = delivery().signature("s3cret");
        let encoded = good.strip_prefix("v1,").unwrap();
        let bare = encoded.trim_end_matches('=');
        for bad in [
            "",
            "v1",
            "v1,",
            "v1,====",
            "v1,not base64!",
            encoded,
            &format!("v2,{encoded}"),
            &format!("V1,{encoded}"),
            &format!("v1,{bare}"),
            &format!(" {good}"),
            &format!("{good}\n"),
            &format!("{good} {good}"),
            &"v1,A".repeat(10_000),
        ] {
            assert!(!delivery().is_signed("s3cret", bad), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn signatures_equal_those_of_an_independent_implementation(
            secret in "\\PC{0,200}",
            id in "\\PC{0,40}",
            timestamp in "[0-9]{0,12}",
            payload in any::<String>(),
        ) {
            let delivery = Delivery { id: &id, timestamp: &timestamp, payload: &payload };
            let signed = format!("{id}.{timestamp}.{payload}");
            let tag = rfc_2104(secret.as_bytes(), signed.as_bytes());
            let expected = format!("v1,{}", BASE64_STANDARD.encode(tag));
            prop_assert_eq!(delivery.signature(&secret), expected.clone());
            prop_assert!(delivery.is_signed(&secret, &expected));
            let tag = rfc_2104(secret.as_bytes(), payload.as_bytes());
            prop_assert_eq!(databricks(&secret, &payload), hex::encode(&tag));
        }

        #[test]
        fn another_part_or_another_secret_does_not_verify(
            secret in "[a-z]{1,20}",
            other in "[A-Z]{1,20}",
            at in 0..3_usize,
        ) {
            let signature = delivery().signature(&secret);
            prop_assert!(!delivery().is_signed(&other, &signature));
            let mut changed = delivery();
            *[&mut changed.id, &mut changed.timestamp, &mut changed.payload][at] = &other;
            prop_assert!(!changed.is_signed(&secret, &signature));
        }

        #[test]
        fn a_changed_character_does_not_verify(at in 0..47_usize, to in "[ -~]") {
            let mut signature = delivery().signature("s3cret");
            prop_assume!(signature[at..=at] != to);
            signature.replace_range(at..=at, &to);
            prop_assert!(!delivery().is_signed("s3cret", &signature));
        }
    }
}
