//! Why an exchange brought no whole answer.

use std::{error::Error as _, io};

use reqwest::StatusCode;

use super::proxy;
use crate::api::error::{Error, ErrorKind};

/// The failure in our terms. The source goes without its URL, which may hold a query.
pub(crate) fn explain(failure: reqwest::Error) -> Error {
    let kind = kind(&failure);
    let proxy = through(&failure, &kind);
    let failure = failure.without_url();
    let message = match (&proxy, innermost(&failure)) {
        (Some(proxy), Some(cause)) => Some(format!("{proxy}: {cause}")),
        (_, cause) => cause,
    };
    let error = Error::new(kind).with_proxy(proxy).with_source(failure);
    match message {
        Some(message) => error.with_message(message),
        None => error,
    }
}

/// The answer, unless it is a proxy's own, which wants a login and has passed nothing on. With https it says
/// so before there is a connection.
pub(crate) fn unless_of_proxy(answer: reqwest::Response) -> Result<reqwest::Response, Error> {
    let wants_login = answer.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
        && answer.url().scheme() == "http";
    let proxy = wants_login.then(|| proxy::of(answer.url())).flatten();
    let Some(proxy) = proxy else {
        return Ok(answer);
    };
    let message = format!("{proxy}: proxy authorization required");
    let error = Error::new(ErrorKind::Settings).with_message(message);
    Err(error.with_proxy(Some(proxy)))
}

/// The proxy to which, or through which, no connection could be made. What the server's certificate
/// is like is not the proxy's affair.
fn through(failure: &reqwest::Error, kind: &ErrorKind) -> Option<String> {
    let is_way = failure.is_connect() && *kind != ErrorKind::Tls;
    failure.url().filter(|_| is_way).and_then(proxy::of)
}

fn kind(failure: &reqwest::Error) -> ErrorKind {
    if failure.is_dns() {
        ErrorKind::UnknownHost
    } else if cause::<rustls::Error>(failure).is_some() {
        ErrorKind::Tls
    } else if failure.is_timeout() {
        ErrorKind::TimedOut
    } else if cause::<io::Error>(failure)
        .is_some_and(|e| e.kind() == io::ErrorKind::ConnectionRefused)
    {
        ErrorKind::Refused
    } else {
        ErrorKind::Unreachable
    }
}

/// The first cause of that type, also inside I/O errors, which hide theirs from `source()`.
fn cause<T: std::error::Error + 'static>(failure: &reqwest::Error) -> Option<&T> {
    let mut next = failure.source();
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let hidden = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        if let Some(found) = hidden.and_then(|hidden| hidden.downcast_ref::<T>()) {
            return Some(found);
        }
        next = hidden.map_or_else(|| error.source(), |hidden| Some(hidden as _));
    }
    None
}

fn innermost(failure: &reqwest::Error) -> Option<String> {
    let mut cause = failure.source()?;
    while let Some(next) = cause.source() {
        cause = next;
    }
    Some(cause.to_string())
}
