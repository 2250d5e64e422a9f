//! What the bodies of both APIs are made of.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::api::error::{Error, ErrorKind};

/// Puts a field in, if there is one.
pub(super) fn put(body: &mut Value, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        body[key] = value.into();
    }
}

/// Of something new, an empty secret is none.
pub(super) fn unless_empty(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(expose).filter(|text| !text.is_empty())
}

pub(super) fn expose(secret: &SecretString) -> &str {
    secret.expose_secret()
}

/// Whether this may be the id of a webhook. Servers give them, in more than one form.
#[must_use]
pub fn is_id(id: &str) -> bool {
    let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    (1..=256).contains(&id.len()) && id.chars().all(fits) && !id.chars().all(|it| it == '.')
}

pub(super) fn unsupported(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Unsupported).with_message(why)
}
