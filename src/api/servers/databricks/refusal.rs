//! An answer that is not a success, classified: by its `error_code`, then by status. The text only
//! says what cannot be said better, and is cut to what is fit to show.

use serde_json::{Map, Value};

use crate::api::{
    error::{Error, ErrorKind},
    http::Response,
    redact,
};

pub(super) fn error(answer: &Response) -> Error {
    let refusal = Refusal::read(answer);
    let by_code = refusal.code.as_deref().and_then(by_code);
    let kind = by_code.unwrap_or_else(|| by_status(answer, refusal.is_api));
    let error = Error::new(kind).with_answer(answer.status, refusal.code);
    match refusal.words {
        Some(words) => error.with_message(words),
        None => error,
    }
}

/// What a refusal says, in whichever of its forms.
struct Refusal {
    code: Option<String>,
    words: Option<String>,
    /// It has the form of an API's answer, so it does not come from something in between.
    is_api: bool,
}

impl Refusal {
    fn read(answer: &Response) -> Self {
        let json = serde_json::from_slice::<Map<String, Value>>(&answer.body);
        json.ok()
            .and_then(|fields| Self::of_json(&fields, answer))
            .or_else(|| Self::of_line(answer))
            .unwrap_or_else(|| Self {
                code: None,
                words: answer.words(),
                is_api: false,
            })
    }

    /// `error_code` may be a number; version 1.2 of the API says `error` for `message`, SCIM
    /// `detail`.
    fn of_json(fields: &Map<String, Value>, answer: &Response) -> Option<Self> {
        let text = |key: &str| match fields.get(key)? {
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let code = text("error_code");
        let message = ["error", "message", "detail"].into_iter().find_map(text);
        (code.is_some() || message.is_some()).then(|| Self {
            code,
            words: message.and_then(|message| answer.quote(&message)),
            is_api: true,
        })
    }

    /// `SOME_CODE: some words`, on one line.
    fn of_line(answer: &Response) -> Option<Self> {
        let line = std::str::from_utf8(&answer.body).ok()?.trim_end();
        let (code, rest) = line.split_once(": ")?;
        let is_code = |it: char| it.is_ascii_uppercase() || it == '_';
        let fits = !code.is_empty() && code.chars().all(is_code) && !rest.contains('\n');
        fits.then(|| Self {
            code: Some(code.to_owned()),
            words: answer.quote(rest),
            is_api: true,
        })
    }
}

fn by_code(code: &str) -> Option<ErrorKind> {
    Some(match code {
        "RESOURCE_DOES_NOT_EXIST" => ErrorKind::NotFound,
        "ENDPOINT_NOT_FOUND" | "FEATURE_DISABLED" => ErrorKind::NoSuchApi,
        "INVALID_PARAMETER_VALUE"
        | "INVALID_STATE"
        | "BAD_REQUEST"
        | "MALFORMED_REQUEST"
        | "ABORTED" => ErrorKind::Invalid,
        "ALREADY_EXISTS" | "RESOURCE_ALREADY_EXISTS" => ErrorKind::AlreadyExists,
        "UNAUTHENTICATED" => ErrorKind::Unauthenticated,
        "PERMISSION_DENIED" => ErrorKind::PermissionDenied,
        "PRIVATE_LINK_VALIDATION_ERROR" => ErrorKind::PrivateLink,
        "RESOURCE_EXHAUSTED" | "REQUEST_LIMIT_EXCEEDED" => ErrorKind::Throttled,
        "UNKNOWN" | "DATA_LOSS" | "INTERNAL_ERROR" | "TEMPORARILY_UNAVAILABLE" => ErrorKind::Server,
        _ => return None,
    })
}

/// A 404 without a code is not the registry's word on a webhook.
fn by_status(answer: &Response, is_api: bool) -> ErrorKind {
    match answer.status {
        300..=399 if is_private_link(answer) => ErrorKind::PrivateLink,
        300..=399 => ErrorKind::Redirected {
            location: answer.location.as_ref().map(redact::url),
        },
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::PermissionDenied,
        404 => ErrorKind::NoSuchApi,
        429 => ErrorKind::Throttled,
        500.. => ErrorKind::Server,
        400..=499 if is_api => ErrorKind::Invalid,
        _ => ErrorKind::ForeignAnswer,
    }
}

/// Who comes from outside of the workspace's private network is sent to a page that says so.
fn is_private_link(answer: &Response) -> bool {
    answer.location.as_ref().is_some_and(|location| {
        let query = location.query().unwrap_or_default();
        location.path() == "/login.html" && query.contains("error=private-link-validation-error")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str) -> ErrorKind {
        error(&Response::for_test(status, body)).kind().clone()
    }

    #[test]
    fn the_code_decides_before_the_status() {
        for (status, code, expected) in [
            (404, "RESOURCE_DOES_NOT_EXIST", ErrorKind::NotFound),
            (400, "RESOURCE_DOES_NOT_EXIST", ErrorKind::NotFound),
            (500, "RESOURCE_DOES_NOT_EXIST", ErrorKind::NotFound),
            (404, "INVALID_PARAMETER_VALUE", ErrorKind::Invalid),
            (400, "PERMISSION_DENIED", ErrorKind::PermissionDenied),
            (400, "REQUEST_LIMIT_EXCEEDED", ErrorKind::Throttled),
            (404, "FEATURE_DISABLED", ErrorKind::NoSuchApi),
            (403, "PRIVATE_LINK_VALIDATION_ERROR", ErrorKind::PrivateLink),
            (400, "SOMETHING_NEW", ErrorKind::Invalid),
            (403, "SOMETHING_NEW", ErrorKind::PermissionDenied),
        ] {
            let json = format!(r#"{{"error_code":"{code}","message":"x"}}"#);
            assert_eq!(kind(status, &json), expected, "{status} {code}");
            assert_eq!(kind(status, &format!("{code}: x")), expected);
        }
    }

    #[test]
    fn without_a_code_the_status_decides() {
        for (status, body, expected) in [
            (400, r#"{"message":"x"}"#, ErrorKind::Invalid),
            (400, "<p>x</p>", ErrorKind::ForeignAnswer),
            (401, "", ErrorKind::Unauthenticated),
            (403, "<html>no</html>", ErrorKind::PermissionDenied),
            (404, "", ErrorKind::NoSuchApi),
            (404, r#"{"message":"x"}"#, ErrorKind::NoSuchApi),
            (404, "<pre>Not found.</pre>", ErrorKind::NoSuchApi),
            (429, "", ErrorKind::Throttled),
            (502, "<p>bad gateway</p>", ErrorKind::Server),
            (302, "", ErrorKind::Redirected { location: None }),
        ] {
            assert_eq!(kind(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn each_form_gives_its_code_and_words() {
        for (body, code, words) in [
            (r#"{"error_code":"A","message":"m"}"#, Some("A"), Some("m")),
            (
                r#"{"error_code":7,"message":"m","error":"e"}"#,
                Some("7"),
                Some("e"),
            ),
            (r#"{"detail":"d"}"#, None, Some("d")),
            ("A_B: some words", Some("A_B"), Some("some words")),
            ("Not: a code", None, Some("Not: a code")),
            (
                "<html><pre>No such thing.</pre></html>",
                None,
                Some("No such thing."),
            ),
            ("", None, None),
        ] {
            let error = error(&Response::for_test(400, body));
            assert_eq!((error.code(), error.message()), (code, words), "{body}");
        }
    }

    #[test]
    fn a_redirect_to_the_private_link_page_is_known() {
        let to = |location: &str| {
            let mut answer = Response::for_test(302, "");
            answer.location = location.parse().ok();
            answer
        };
        let page = "https://h/login.html?o=1&error=private-link-validation-error:2";
        assert_eq!(*error(&to(page)).kind(), ErrorKind::PrivateLink);
        let location = Some("https://h/login.html".to_owned());
        let other = error(&to("https://u:pw@h/login.html?o=1"));
        assert_eq!(*other.kind(), ErrorKind::Redirected { location });
    }
}
