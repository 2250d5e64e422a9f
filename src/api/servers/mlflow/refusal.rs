//! An answer that is not a success, classified: by the registry's `error_code`, then by status. The
//! text only refines what is said, and is cut to what is fit to show.

use serde::Deserialize;

use crate::api::{
    error::{Error, ErrorKind},
    http::Response,
    redact,
};

#[derive(Deserialize)]
struct Refusal {
    error_code: String,
    #[serde(default)]
    message: String,
}

pub(super) fn error(answer: &Response) -> Error {
    let refusal = serde_json::from_slice::<Refusal>(&answer.body).ok();
    let kind = refusal
        .as_ref()
        .and_then(|refusal| by_code(&refusal.error_code))
        .unwrap_or_else(|| by_status(answer, refusal.is_some()));
    let (code, words) = match refusal {
        Some(refusal) => (Some(refusal.error_code), answer.quote(&refusal.message)),
        None => (None, answer.words()),
    };
    let error = Error::new(kind)
        .with_answer(answer.status, code)
        .with_anonymous(answer.anonymous);
    match words {
        Some(words) => error.with_message(words),
        None => error,
    }
}

fn by_code(code: &str) -> Option<ErrorKind> {
    Some(match code {
        "RESOURCE_DOES_NOT_EXIST" => ErrorKind::NotFound,
        "RESOURCE_ALREADY_EXISTS" => ErrorKind::AlreadyExists,
        "ENDPOINT_NOT_FOUND" => ErrorKind::NoSuchApi,
        "FEATURE_DISABLED" => ErrorKind::WorkspacesDisabled,
        "INVALID_PARAMETER_VALUE" | "BAD_REQUEST" | "INVALID_STATE" => ErrorKind::Invalid,
        "UNAUTHENTICATED" => ErrorKind::Unauthenticated,
        "PERMISSION_DENIED" => ErrorKind::PermissionDenied,
        "RESOURCE_EXHAUSTED" | "REQUEST_LIMIT_EXCEEDED" => ErrorKind::Throttled,
        _ => return None,
    })
}

fn by_status(answer: &Response, has_code: bool) -> ErrorKind {
    match answer.status {
        300..=399 => ErrorKind::Redirected {
            location: answer.location.as_ref().map(redact::url),
        },
        401 => ErrorKind::Unauthenticated,
        403 if answer.body.starts_with(b"Invalid Host header") => ErrorKind::HostRefused,
        403 => ErrorKind::PermissionDenied,
        404 => ErrorKind::NoSuchApi,
        429 => ErrorKind::Throttled,
        503 if answer.is_switched_off() => ErrorKind::WorkspacesDisabled,
        500.. => ErrorKind::Server,
        400..=499 if has_code => ErrorKind::Invalid,
        _ => ErrorKind::ForeignAnswer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::redact::LONGEST;

    fn answer(status: u16, body: &str) -> Response {
        Response::for_test(status, body)
    }

    #[test]
    fn the_code_decides_before_the_status() {
        for (status, body, kind) in [
            (
                404,
                r#"{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"x"}"#,
                ErrorKind::NotFound,
            ),
            (
                400,
                r#"{"error_code":"RESOURCE_DOES_NOT_EXIST"}"#,
                ErrorKind::NotFound,
            ),
            (
                500,
                r#"{"error_code":"FEATURE_DISABLED","message":"x"}"#,
                ErrorKind::WorkspacesDisabled,
            ),
            (
                404,
                r#"{"error_code":"ENDPOINT_NOT_FOUND","message":"x"}"#,
                ErrorKind::NoSuchApi,
            ),
            (
                404,
                r#"{"error_code":"INVALID_PARAMETER_VALUE","message":"x"}"#,
                ErrorKind::Invalid,
            ),
            (
                400,
                r#"{"error_code":"BAD_REQUEST","message":"x"}"#,
                ErrorKind::Invalid,
            ),
            (
                400,
                r#"{"error_code":"RESOURCE_ALREADY_EXISTS"}"#,
                ErrorKind::AlreadyExists,
            ),
            (
                500,
                r#"{"error_code":"INTERNAL_ERROR","message":"x"}"#,
                ErrorKind::Server,
            ),
            (
                503,
                r#"{"error_code":"TEMPORARILY_UNAVAILABLE","message":"x"}"#,
                ErrorKind::Server,
            ),
            (404, "<title>404 Not Found</title>", ErrorKind::NoSuchApi),
            (404, r#"{"detail":"x"}"#, ErrorKind::NoSuchApi),
            (401, "You are not authenticated", ErrorKind::Unauthenticated),
            (403, "Permission denied", ErrorKind::PermissionDenied),
            (
                403,
                "Invalid Host header - possible DNS rebinding attack detected",
                ErrorKind::HostRefused,
            ),
            (429, "", ErrorKind::Throttled),
            (405, "<p>no</p>", ErrorKind::ForeignAnswer),
            (
                409,
                r#"{"error_code":"ALREADY_EXISTS"}"#,
                ErrorKind::Invalid,
            ),
            (502, "<p>Bad Gateway</p>", ErrorKind::Server),
            (
                503,
                "Endpoint: /x disabled because the server is running without workspaces support.",
                ErrorKind::WorkspacesDisabled,
            ),
            (503, "<p>Endpoint: disabled </p>", ErrorKind::Server),
            (302, "", ErrorKind::Redirected { location: None }),
        ] {
            assert_eq!(
                *error(&answer(status, body)).kind(),
                kind,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn only_what_is_fit_to_show_is_shown() {
        for (body, shown) in [
            (
                "<html><head><title>502</title><style>p{}</style></head><p>Bad\n Gateway",
                "502 Bad Gateway",
            ),
            (
                r#"{"error_code":"BAD_REQUEST","message":"(psycopg2.errors.X) too long\n\n[SQL: UPDATE]\n[parameters: s3cret]"}"#,
                "(psycopg2.errors.X) too long",
            ),
            (
                r#"{"error_code":"X","message":"Model (name=m) already exists. Error: (sqlite3.IntegrityError) UNIQUE constraint failed: models.name"}"#,
                "Model (name=m) already exists.",
            ),
            (
                r#"{"error_code":"X","message":"Model (name=m) already exists. Error: (raised as a result of Query-invoked autoflush; x) (sqlite3.IntegrityError) y"}"#,
                "Model (name=m) already exists.",
            ),
            (
                r#"{"error_code":"X","message":"no 'https://us:s3cret@h/p?t=s3cret' or with url: /p?s3cret why?"}"#,
                "no 'https://h/p?... or with url: /p?... why?",
            ),
            ("<scr", ""),
        ] {
            let error = error(&answer(400, body));
            assert_eq!(error.message().unwrap_or_default(), shown);
        }
        let long = error(&answer(500, &"ä".repeat(5000)));
        assert_eq!(long.message().unwrap().chars().count(), LONGEST + 4);
    }
}
