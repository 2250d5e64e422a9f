//! The cause behind a failure that does not tell it: asked of the server once, after the fact.

use std::collections::BTreeSet;

use super::{answer, refusal, request};
use crate::api::budget::Op;
use crate::api::error::{Error, ErrorKind};
use crate::api::event::Event;
use crate::api::http::Transport;
use crate::api::version::Version;

/// The failure with its cause, where the server's version or store tells it.
pub(super) async fn refine(
    transport: &Transport,
    error: Error,
    events: &BTreeSet<Event>,
    op: &Op<'_>,
) -> Error {
    match error.kind() {
        ErrorKind::NoWebhooks => why_no_webhooks(transport, error, op).await,
        // MLflow's own errors have a code; a bare 500 is a crash in a place that expects no such thing.
        ErrorKind::Server if error.status() == Some(500) && error.code().is_none() => {
            why_crashed(transport, error, events, op).await
        }
        _ => error,
    }
}

/// The server's version, in plain text.
pub(super) async fn version(transport: &Transport, op: &mut Op<'_>) -> Result<Version, Error> {
    let request = request::version();
    let answer = transport.send(&request, op).await?;
    let read = || {
        std::str::from_utf8(&answer.body)
            .ok()
            .and_then(Version::parse)
    };
    let error = match read() {
        Some(version) if answer.is_success() => return Ok(version),
        _ if answer.is_success() => {
            Error::new(ErrorKind::NotMlflow).with_answer(answer.status, None)
        }
        _ => refusal::error(&answer),
    };
    Err(transport.name(&request, error))
}

async fn why_no_webhooks(transport: &Transport, error: Error, op: &Op<'_>) -> Error {
    match version(transport, &mut op.probe()).await {
        Ok(version) if version < Version::new(3, 3, 0) => {
            let version = version.to_string();
            error.with_kind(ErrorKind::TooOld { version })
        }
        Ok(version) => error.with_message(format!(
            "the server is MLflow {version}, which should have one"
        )),
        Err(_) => error,
    }
}

async fn why_crashed(
    transport: &Transport,
    error: Error,
    events: &BTreeSet<Event>,
    op: &Op<'_>,
) -> Error {
    let store = store_type(transport, op).await;
    if store.as_ref().is_ok_and(names_files) {
        return over_files(error);
    }
    let Ok(version) = version(transport, &mut op.probe()).await else {
        return error;
    };
    if version < Version::new(3, 10, 0) && crashes_at_lists(transport, op).await {
        return over_files(error);
    }
    let unknown: Vec<_> = events
        .iter()
        .filter_map(|event| event.mlflow_name())
        .filter(|name| version < since(name))
        .collect();
    if unknown.is_empty() {
        return error;
    }
    let kind = ErrorKind::UnknownEvent {
        events: unknown,
        version: version.to_string(),
    };
    error.with_kind(kind).with_outcome_unknown(false)
}

fn over_files(error: Error) -> Error {
    error
        .with_kind(ErrorKind::FileStore)
        .with_outcome_unknown(false)
}

async fn store_type(transport: &Transport, op: &Op<'_>) -> Result<Option<String>, Error> {
    let info = transport
        .send(&request::server_info(), &mut op.probe())
        .await;
    info.and_then(|info| answer::store_type(&info))
}

fn names_files(store: &Option<String>) -> bool {
    let store = store.as_deref().unwrap_or_default();
    store.to_ascii_lowercase().contains("file")
}

/// A server over files crashes at every webhook call, and one over a database not at a list. Before
/// 3.10 there is no other way to tell, and to 3.6 files are the default.
async fn crashes_at_lists(transport: &Transport, op: &Op<'_>) -> bool {
    let list = transport.send(&request::list_one(), &mut op.probe()).await;
    let error = list.map(|answer| refusal::error(&answer));
    error.is_ok_and(|it| it.status() == Some(500) && it.code().is_none())
}

/// The MLflow that brought the event.
fn since(name: &str) -> Version {
    match name.split('.').next() {
        Some("budget_policy") => Version::new(3, 11, 1),
        Some(entity) if entity.starts_with("prompt") => Version::new(3, 5, 0),
        _ => Version::new(3, 3, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_came_in_three_steps() {
        let count = |version: Version| {
            let names = Event::all().filter_map(Event::mlflow_name);
            names.filter(|name| version >= since(name)).count()
        };
        assert_eq!(count(Version::new(3, 3, 0)), 6);
        assert_eq!(count(Version::new(3, 5, 0)), 14);
        assert_eq!(count(Version::new(3, 11, 1)), 15);
    }
}
