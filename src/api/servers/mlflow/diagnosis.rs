//! The cause behind a failure that does not tell it: asked of the server once, after the fact.

use serde::Deserialize;

use crate::api::{
    area::Area,
    budget::Op,
    call::parse,
    error::{Error, ErrorKind},
    http::{Request, Response, Transport},
    servers::mlflow::refusal,
    version::Version,
};

#[derive(Deserialize)]
struct WireServerInfo {
    store_type: Option<String>,
}

/// The failure with its cause, where the server's version or store tells it.
pub(super) async fn refine(
    transport: &Transport,
    error: Error,
    area: &'static Area,
    op: &Op<'_>,
) -> Error {
    match error.kind() {
        ErrorKind::NoSuchApi => why_no_such_api(transport, error, area, op).await,
        ErrorKind::Server if area.needs_database && is_crash(&error) => {
            why_crashed(transport, error, area, op).await
        }
        _ => error,
    }
}

/// The server's version, in plain text.
pub(super) async fn version(transport: &Transport, op: &mut Op<'_>) -> Result<Version, Error> {
    // Answered by every MLflow.
    let request = Request::read("/version", Vec::new());
    let answer = transport.send(&request, None, op).await?;
    let read = || {
        std::str::from_utf8(&answer.body)
            .ok()
            .and_then(Version::parse)
    };
    let error = match read() {
        Some(version) if answer.is_success() => return Ok(version),
        _ if answer.is_success() => {
            Error::new(ErrorKind::ForeignAnswer).with_answer(answer.status, None)
        }
        _ => refusal::error(&answer),
    };
    Err(transport.name(&request, error))
}

/// MLflow's own errors have a code; a bare 500 is a crash in a place that expects no such thing.
fn is_crash(error: &Error) -> bool {
    error.status() == Some(500) && error.code().is_none()
}

async fn why_no_such_api(
    transport: &Transport,
    error: Error,
    area: &'static Area,
    op: &Op<'_>,
) -> Error {
    match version(transport, &mut op.probe()).await {
        Ok(version) if version < area.since => error.with_kind(ErrorKind::TooOld {
            version: version.to_string(),
            since: area.since.to_string(),
        }),
        Ok(version) => error.with_message(format!(
            "the server is MLflow {version}, which should have one"
        )),
        Err(_) => error,
    }
}

async fn why_crashed(
    transport: &Transport,
    error: Error,
    area: &'static Area,
    op: &Op<'_>,
) -> Error {
    let store = store(transport, op).await;
    if store.as_ref().is_ok_and(names_files) {
        return over_files(error);
    }
    let Ok(version) = version(transport, &mut op.probe()).await else {
        return error;
    };
    if version < Version::new(3, 10, 0) && crashes_at_lists(transport, area, op).await {
        return over_files(error);
    }
    error
}

fn over_files(error: Error) -> Error {
    error
        .with_kind(ErrorKind::FileStore)
        .with_outcome_unknown(false)
}

/// How the server keeps its data, such as `SqlStore` or `FileStore`; answered since MLflow 3.10.
async fn store(transport: &Transport, op: &Op<'_>) -> Result<Option<String>, Error> {
    let request = Request::read("/api/3.0/mlflow/server-info", Vec::new());
    let info = transport.send(&request, None, &mut op.probe()).await;
    info.and_then(|info| store_type(&info))
}

pub(super) fn store_type(answer: &Response) -> Result<Option<String>, Error> {
    parse::<WireServerInfo>(answer).map(|info| info.store_type)
}

fn names_files(store: &Option<String>) -> bool {
    let store = store.as_deref().unwrap_or_default();
    store.to_ascii_lowercase().contains("file")
}

/// A server over files crashes at every call of such an area, and one over a database not at a list.
/// Before 3.10 there is no other way to tell, and to 3.6 files are the default.
async fn crashes_at_lists(transport: &Transport, area: &'static Area, op: &Op<'_>) -> bool {
    let request = (area.shortest_list)();
    let list = transport.send(&request, None, &mut op.probe()).await;
    let error = list.map(|answer| refusal::error(&answer));
    error.is_ok_and(|it| is_crash(&it))
}
