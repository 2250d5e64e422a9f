//! What an identity provider says when it gives nothing, as far as it is fit to show: providers
//! echo what they were sent, and gateways in front of them answer in HTML.

use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use crate::api::{
    error::{Error, ErrorKind},
    redact::{self, hide, hide_in_url},
};

const LONGEST: usize = 300;

/// An answer that brings nothing.
#[derive(Clone, Copy)]
pub(super) struct Refused<'a> {
    pub(super) status: u16,
    pub(super) location: Option<&'a str>,
    pub(super) body: &'a [u8],
}

pub(super) fn explain(answer: Refused<'_>, secrets: &[SecretString]) -> Error {
    let words = words(answer.body);
    let fit = |text: String| fit_to_show(&text, secrets);
    let error = Error::new(kind(answer, secrets)).with_answer(answer.status, words.code.map(fit));
    match words.message.map(fit) {
        Some(message) => error.with_message(message),
        None => error,
    }
}

fn kind(answer: Refused<'_>, secrets: &[SecretString]) -> ErrorKind {
    let location = || {
        let to = Url::parse(answer.location?).ok()?;
        Some(hide_in_url(&redact::url(&to), secrets))
    };
    match answer.status {
        300..=399 => ErrorKind::Redirected {
            location: location(),
        },
        429 => ErrorKind::Throttled,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::Unauthenticated,
    }
}

#[derive(Default)]
struct Words {
    code: Option<String>,
    message: Option<String>,
}

fn words(body: &[u8]) -> Words {
    let body = String::from_utf8_lossy(body);
    let text = body.trim();
    match serde_json::from_str::<Value>(text) {
        Ok(value) if value.is_object() => of_json(&value),
        Ok(_) => Words::default(),
        Err(_) if text.is_empty() || text.contains('<') => Words::default(),
        Err(_) => Words {
            code: None,
            message: text.lines().next().map(str::to_owned),
        },
    }
}

/// OAuth's fields, those of Azure's and Google's management, or Databricks' own.
fn of_json(value: &Value) -> Words {
    let text = |value: &Value, name: &str| {
        let found = value.get(name)?.as_str()?;
        (!found.is_empty()).then(|| found.to_owned())
    };
    match value.get("error") {
        Some(error) if error.is_object() => Words {
            code: text(error, "status").or_else(|| text(error, "code")),
            message: text(error, "message").map(|it| it.trim_end_matches('.').to_owned()),
        },
        Some(_) => Words {
            code: text(value, "error"),
            message: text(value, "error_description")
                .map(|it| described(&it, text(value, "error_uri"))),
        },
        None => Words {
            code: text(value, "error_code"),
            message: text(value, "message")
                .or_else(|| Some("the answer does not hold what was asked for".to_owned())),
        },
    }
}

/// Azure's descriptions go on with ids that only its support can read.
fn described(description: &str, uri: Option<String>) -> String {
    let line = description.lines().next().unwrap_or_default();
    let cut = line.split(". Trace ID").next().unwrap_or_default();
    let cut = cut.split(" Trace ID:").next().unwrap_or_default();
    match uri {
        Some(uri) => format!("{}. See {uri}", cut.trim_end_matches('.')),
        None => cut.to_owned(),
    }
}

/// One short line without the secrets, in any form in which they were sent, and without anything
/// that looks like a token.
pub(super) fn fit_to_show(text: &str, secrets: &[SecretString]) -> String {
    let text = hide(text, secrets);
    let words = text.split_whitespace().map(|word| {
        let token = ["eyJ", "dapi", "dose", "ya29."]
            .iter()
            .any(|it| word.contains(it));
        if token && word.len() > 20 {
            "***"
        } else {
            word
        }
    });
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(body: &str) -> (Option<String>, Option<String>) {
        let words = words(body.as_bytes());
        (words.code, words.message)
    }

    fn some(code: &str, message: &str) -> (Option<String>, Option<String>) {
        (Some(code.to_owned()), Some(message.to_owned()))
    }

    #[test]
    fn every_provider_is_understood() {
        assert_eq!(
            told(
                r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#
            ),
            some("invalid_client", "Client authentication failed")
        );
        assert_eq!(
            told(
                r#"{"error":"unauthorized_client","error_codes":[7000215],"error_description":
                "AADSTS7000215: Invalid client secret. Trace ID: 1 Correlation ID: 2",
                "error_uri":"https://login/error?code=7000215"}"#
            ),
            some(
                "unauthorized_client",
                "AADSTS7000215: Invalid client secret. See https://login/error?code=7000215"
            )
        );
        assert_eq!(
            told(r#"{"error":{"code":"AuthorizationFailed","message":"no access."}}"#),
            some("AuthorizationFailed", "no access")
        );
        assert_eq!(
            told(r#"{"error_code":"PERMISSION_DENIED","message":"no"}"#),
            some("PERMISSION_DENIED", "no")
        );
        assert_eq!(
            told("404 page not found\nmore").1.unwrap(),
            "404 page not found"
        );
        assert_eq!(told("<html>long</html>"), (None, None));
    }

    #[test]
    fn nothing_secret_comes_back_from_an_echo() {
        let secret: SecretString = "s/+= t".to_owned().into();
        let text = "sent s/+= t as s%2F%2B%3D+t with eyJhbGciOiJSUzI1NiJ9.abc.def to you";
        let shown = fit_to_show(text, &[secret]);
        assert_eq!(shown, "sent *** as *** with *** to you");
        assert_eq!(fit_to_show(&"x".repeat(400), &[]).len(), 303);
    }
}
