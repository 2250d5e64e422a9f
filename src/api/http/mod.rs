//! The transport: sends one request to a registry's own origin, again when that cannot do anything
//! twice, and hands back the answer of whatever status. Start at [`Transport::send`].

mod body;
mod bundle;
pub(crate) mod client;
pub(crate) mod failure;
pub(crate) mod headers;
pub(crate) mod proxy;
mod request;
mod response;

pub(super) use request::{Effect, Request};
pub(super) use response::Response;

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, header};
use tokio::time::Instant;
use tracing::{debug, trace};

use super::{
    address::Address,
    authenticator::Authenticator,
    budget::Op,
    error::{Error, ErrorKind},
    redact,
    settings::{Connection, Settings},
};

/// The way to one registry. The client is built at the first request.
pub(super) struct Transport {
    address: Address,
    headers: header::HeaderMap,
    authenticator: Option<Arc<dyn Authenticator>>,
    connection: Connection,
    client: OnceLock<Client>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Transport").field(&self.address).finish()
    }
}

impl Transport {
    /// To an MLflow server.
    pub(super) fn mlflow(address: Address, settings: Settings) -> Result<Self, Error> {
        proxy::check(address.url())?;
        client::check_files(&settings.connection, address.url())?;
        Ok(Self {
            address,
            headers: headers::of_mlflow(&settings)?,
            authenticator: None,
            connection: settings.connection,
            client: OnceLock::new(),
        })
    }

    /// To a Databricks workspace, whose authenticator is asked before each attempt.
    pub(super) fn databricks(
        address: Address,
        workspace_id: Option<&str>,
        authenticator: Arc<dyn Authenticator>,
        connection: Connection,
    ) -> Result<Self, Error> {
        Ok(Self {
            address,
            headers: headers::of_databricks(&connection, workspace_id)?,
            authenticator: Some(authenticator),
            connection,
            client: OnceLock::new(),
        })
    }

    /// The canonical form of the address.
    pub(super) fn address(&self) -> &str {
        self.address.as_str()
    }

    pub(super) fn max_retries(&self) -> u32 {
        self.connection.max_retries
    }

    /// Sends a request and retries it as far as its effect allows. An error says whether a write may
    /// have been taken ([`Error::is_outcome_unknown`]).
    pub(super) async fn send(
        &self,
        request: &Request,
        workspace: Option<&str>,
        op: &mut Op<'_>,
    ) -> Result<Response, Error> {
        for attempt in 1_u32.. {
            let mut headers = self.headers(workspace, op).await?;
            if let Some(credentials) = &request.credentials {
                headers::log_in(&mut headers, credentials)?;
            }
            let outcome = self.attempt(request, headers, op, attempt).await;
            let again = match &outcome {
                Ok(answer) => retry_answer(request.effect, answer, op).await,
                Err(failed) => retry_failed(request.effect, failed, op).await,
            };
            if !again.map_err(|error| self.name(request, error))? {
                return outcome.map_err(|failed| self.unanswered(request, failed));
            }
        }
        Err(Error::new(ErrorKind::TimedOut))
    }

    /// The error with method and URL of the request.
    pub(super) fn name(&self, request: &Request, error: Error) -> Error {
        let url = redact::url(&self.address.join(&request.path, &[]));
        error.with_request(request.method.as_str(), &url)
    }

    fn unanswered(&self, request: &Request, failed: Failed) -> Error {
        let unknown = failed.sent && request.effect.changes();
        self.name(request, failed.error)
            .with_outcome_unknown(unknown)
    }

    async fn attempt(
        &self,
        request: &Request,
        headers: header::HeaderMap,
        op: &Op<'_>,
        attempt: u32,
    ) -> Result<Response, Failed> {
        // A request without a body counts as sent from the start: nothing tells when it is.
        let sent = Arc::new(AtomicBool::new(request.body.is_none()));
        if op.stop.is_cancelled() {
            return Err(Failed {
                error: Error::new(ErrorKind::Stopped),
                sent: false,
            });
        }
        let begun = Instant::now();
        let limit = self.connection.request_timeout.min(op.remaining());
        let outcome = tokio::select! {
            outcome = self.exchange(request, headers, &sent) => outcome,
            () = tokio::time::sleep(limit) => Err(no_answer_within(limit)),
            () = patience(request.effect, op, &sent) => Err(Error::new(ErrorKind::Stopped)),
        };
        log(request, attempt, begun, &outcome);
        outcome.map_err(|error| Failed {
            sent: sent.load(Ordering::Relaxed) && !connection_failed(&error),
            error,
        })
    }

    /// An authenticator names its own requests in its errors, and repeats them itself.
    async fn headers(
        &self,
        workspace: Option<&str>,
        op: &Op<'_>,
    ) -> Result<header::HeaderMap, Error> {
        let mut headers = self.headers.clone();
        headers::name_workspace(&mut headers, workspace)?;
        if let Some(authenticator) = &self.authenticator {
            let added = op.wait_for(authenticator.headers(op.stop)).await??;
            headers::authenticate(&mut headers, added)?;
        }
        Ok(headers)
    }

    async fn exchange(
        &self,
        request: &Request,
        headers: header::HeaderMap,
        sent: &Arc<AtomicBool>,
    ) -> Result<Response, Error> {
        let client = self.client()?;
        let mut confidential = request.confidential.clone();
        headers::confide(&headers, &mut confidential);
        let anonymous = !headers.contains_key(header::AUTHORIZATION);
        let url = self.address.join(&request.path, &request.query);
        let mut builder = client.request(request.method.clone(), url).headers(headers);
        if let Some(body) = &request.body {
            builder = builder
                .header(header::CONTENT_TYPE, "application/json")
                .body(body::marked(body.to_string(), sent));
        }
        let answer = builder.send().await.map_err(failure::explain)?;
        response::read(answer, confidential, anonymous).await
    }

    /// Two first requests at a time may both build one; the second is dropped.
    fn client(&self) -> Result<&Client, Error> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        proxy::check(self.address.url())?;
        let client = client::build(&self.connection, self.address.url())?;
        Ok(self.client.get_or_init(|| client))
    }
}

/// An attempt without a whole answer.
#[derive(Debug)]
struct Failed {
    error: Error,
    sent: bool,
}

/// The failure of a connect phase: surely nothing was sent.
fn connection_failed(error: &Error) -> bool {
    use std::error::Error as _;
    matches!(error.kind(), ErrorKind::Settings)
        || error
            .source()
            .and_then(|source| source.downcast_ref::<reqwest::Error>())
            .is_some_and(|source| source.is_connect() || source.is_builder())
}

fn no_answer_within(limit: Duration) -> Error {
    Error::new(ErrorKind::TimedOut).with_message(format!("waited {:.0} s", limit.as_secs_f32()))
}

/// Ends when a stopped operation must not wait for its answer any longer.
async fn patience(effect: Effect, op: &Op<'_>, sent: &AtomicBool) {
    op.stop.cancelled().await;
    if effect.changes() && sent.load(Ordering::Relaxed) {
        tokio::time::sleep(op.pace.grace).await;
    }
}

async fn retry_answer(effect: Effect, answer: &Response, op: &mut Op<'_>) -> Result<bool, Error> {
    let again = effect.may_fare_better(answer) && !answer.is_switched_off();
    if !again && !answer.is_throttled() {
        return Ok(false);
    }
    let asked = answer.retry_after.map(|wait| wait.min(op.pace.retry_after));
    op.retry(asked).await
}

async fn retry_failed(effect: Effect, failed: &Failed, op: &mut Op<'_>) -> Result<bool, Error> {
    match failed.error.kind() {
        ErrorKind::Refused if !failed.sent => op.retry_refused().await,
        ErrorKind::Unreachable | ErrorKind::TimedOut | ErrorKind::Refused
            if !failed.sent || !effect.changes() =>
        {
            op.retry(None).await
        }
        _ => Ok(false),
    }
}

fn log(request: &Request, attempt: u32, begun: Instant, outcome: &Result<Response, Error>) {
    let (method, path) = (request.method.as_str(), request.path.as_str());
    let ms = begun.elapsed().as_millis();
    match outcome {
        Ok(answer) => {
            debug!(
                method,
                path,
                attempt,
                ms,
                status = answer.status,
                "registry answered"
            );
            trace!(method, path, bytes = answer.body.len(), "answer read");
        }
        Err(error) => {
            debug!(method, path, attempt, ms, kind = ?error.kind(), "no answer from registry")
        }
    }
}
