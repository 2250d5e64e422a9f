//! The backend for the model registry of a Databricks workspace: each call builds a request, sends it
//! and reads the answer. It has no call that reads one webhook; [`lists`] makes up for it.

mod answer;
mod auth;
mod lists;
mod refusal;
mod request;

#[cfg(test)]
mod tests;

pub use auth::{AuthConfig, AuthEnvironment};

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::address::Address;
use super::authenticator::{Authenticator, Workspace};
use super::backend::{Backend, Listing};
use super::budget::Op;
use super::error::{Error, ErrorKind};
use super::event::Event;
use super::http::{Effect, Request, Response, Transport};
use super::model::{
    ListFilter, NewWebhook, RegistryKind, TestResult, Webhook, WebhookChange, WebhookRef,
};
use super::paging::Pages;
use super::recency::Recency;
use super::settings::Connection;
use super::version::Version;
use lists::{Lists, Scope};

/// How to reach the registry of a Databricks workspace.
#[derive(Clone, Debug, Default)]
pub struct DatabricksSettings {
    /// Which workspace, and who asks.
    pub auth: AuthConfig,
    /// How to speak to it.
    pub connection: Connection,
}

/// One workspace.
#[derive(Debug)]
pub(super) struct Databricks {
    authenticator: Arc<dyn Authenticator>,
    connection: Connection,
    /// Made by the first call: the workspace's address may have to be found first.
    transport: OnceCell<Transport>,
    lists: Lists,
    recency: Recency,
    /// The server does not take pages of our size.
    pages_by_default: AtomicBool,
    written: Mutex<HashMap<String, Written>>,
}

/// The last that this process did to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// Created or changed it at that time of the server's.
    At(i64),
    Deleted,
}

impl Databricks {
    pub(super) fn new(settings: DatabricksSettings) -> Result<Self, Error> {
        let DatabricksSettings { auth, connection } = settings;
        let authenticator = auth::authenticator(auth, &connection)?;
        Ok(Self::with(authenticator, connection))
    }

    fn with(authenticator: Arc<dyn Authenticator>, connection: Connection) -> Self {
        Self {
            authenticator,
            connection,
            transport: OnceCell::new(),
            lists: Lists::default(),
            recency: Recency::default(),
            pages_by_default: AtomicBool::new(false),
            written: Mutex::default(),
        }
    }

    async fn transport(&self, op: &Op<'_>) -> Result<&Transport, Error> {
        let connect = || self.connect(op.stop);
        op.wait_for(self.transport.get_or_try_init(connect)).await?
    }

    async fn connect(&self, stop: &CancellationToken) -> Result<Transport, Error> {
        let Workspace { host, workspace_id } = self.authenticator.workspace(stop).await?;
        let (address, _) = Address::parse(&host)?;
        let authenticator = Arc::clone(&self.authenticator);
        let connection = self.connection.clone();
        Transport::databricks(address, workspace_id.as_deref(), authenticator, connection)
    }

    /// Sends and reads; what is neither a refusal nor the documented answer of a write leaves its
    /// outcome unknown.
    async fn call<T>(
        &self,
        request: &Request,
        read: fn(&Response) -> Result<T, Error>,
        op: &mut Op<'_>,
    ) -> Result<(T, Response), Error> {
        let transport = self.transport(op).await?;
        let answer = transport.send(request, op).await;
        if request.effect != Effect::Read {
            self.recency.changed();
        }
        let answer = answer?;
        let result = if answer.is_success() {
            read(&answer)
        } else {
            Err(refusal::error(&answer))
        };
        let error = match result {
            Ok(value) => return Ok((value, answer)),
            Err(error) => self.of_method(error.hiding(&answer.confidential)),
        };
        let unclear = request.effect != Effect::Read && is_unclear(&answer, &error);
        Err(transport.name(request, error).with_outcome_unknown(unclear))
    }

    /// Whoever is refused must know as whom they asked. A token that the workspace does not take is
    /// not asked for again, as in Databricks' own tools: the next one would be no better.
    fn of_method(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::Unauthenticated | ErrorKind::PermissionDenied => {
                error.with_auth_type(self.authenticator.method())
            }
            _ => error,
        }
    }

    /// Every page, newly asked for.
    async fn whole(&self, filter: &ListFilter, op: &Op<'_>) -> Result<Listing, Error> {
        let mut pages = Pages::default();
        loop {
            let by_default = self.pages_by_default.load(Ordering::Relaxed);
            let request = request::list(filter, pages.token(), !by_default);
            let call = self.call(&request, answer::page, &mut op.call()).await;
            let (page, answer) = match call {
                Err(error) if may_mean_page_size(&error) && !by_default => {
                    debug!("listing again with the server's own page size");
                    self.pages_by_default.store(true, Ordering::Relaxed);
                    continue;
                }
                call => call.map_err(|error| without_model(error, filter))?,
            };
            if pages.add(page, &answer)? {
                return Ok(pages.whole());
            }
        }
    }

    /// A list that was begun after now and holds the webhook, or else the shortest whole list that
    /// would have to hold it.
    async fn listing(
        &self,
        webhook: WebhookRef<'_>,
        known: Option<i64>,
        op: &Op<'_>,
    ) -> Result<Arc<Listing>, Error> {
        let asked = Instant::now();
        let _interest = self.lists.interest(webhook.model_name);
        op.pause(op.pace.gather).await?;
        let Some(model) = webhook.model_name else {
            return self.shared(Scope::All, asked, op).await;
        };
        if self.lists.all_is_worth_it() {
            match self.shared(Scope::All, asked, op).await {
                Ok(all) if !is_behind(known, find(&all, webhook.id)) => return Ok(all),
                // The list of the one model has the last word on what is not in it.
                Ok(_) => {}
                Err(error) if *error.kind() == ErrorKind::PermissionDenied => {
                    self.lists.all_is_denied();
                }
                Err(error) => return Err(error),
            }
        }
        let scope = Scope::Model(model.to_owned());
        let listing = self.shared(scope, asked, op).await;
        listing.map_err(|error| match error.kind() {
            ErrorKind::UnknownModel => error.with_kind(ErrorKind::NotFound),
            _ => error,
        })
    }

    async fn shared(
        &self,
        scope: Scope,
        asked: Instant,
        op: &Op<'_>,
    ) -> Result<Arc<Listing>, Error> {
        let filter = ListFilter::of_model(scope.model());
        self.lists
            .since(asked, scope, op, || self.whole(&filter, op))
            .await
    }

    fn wrote(&self, webhook: Webhook) -> Webhook {
        let changed = webhook.last_updated_timestamp;
        lock(&self.written).insert(webhook.id.clone(), Written::At(changed));
        webhook
    }

    /// When the webhook was last known to change, by the server's clock. Of one that we deleted no
    /// list lags behind.
    fn known(&self, webhook: WebhookRef<'_>) -> Option<i64> {
        match lock(&self.written).get(webhook.id) {
            Some(Written::Deleted) => None,
            Some(Written::At(changed)) => webhook.last_updated_timestamp.max(Some(*changed)),
            None => webhook.last_updated_timestamp,
        }
    }
}

fn is_unclear(answer: &Response, error: &Error) -> bool {
    let refused = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Throttled);
    answer.is_success() || (answer.status >= 500 && !refused)
}

fn may_mean_page_size(error: &Error) -> bool {
    *error.kind() == ErrorKind::Invalid
}

/// For calls that name no webhook: what is not found can only be the model, if one was named.
fn without_model(error: Error, filter: &ListFilter) -> Error {
    match (error.kind(), &filter.model_name) {
        (ErrorKind::NotFound, Some(_)) => error.with_kind(ErrorKind::UnknownModel),
        (ErrorKind::NotFound, None) => error.with_kind(ErrorKind::NoWebhooks),
        _ => error,
    }
}

fn find<'a>(listing: &'a Listing, id: &str) -> Option<&'a Webhook> {
    listing.webhooks.iter().find(|webhook| webhook.id == id)
}

/// Whether a list does not show what is known already.
fn is_behind(known: Option<i64>, found: Option<&Webhook>) -> bool {
    found.is_none_or(|found| known.is_some_and(|known| found.last_updated_timestamp < known))
}

/// Whether the change was so short before the list that the list may not show it yet.
fn may_lag(known: Option<i64>, listing: &Listing, op: &Op<'_>) -> bool {
    let (Some(known), Some(clock)) = (known, listing.clock) else {
        return false;
    };
    let lag = i64::try_from(op.pace.lag.as_millis()).unwrap_or(i64::MAX);
    clock.at(clock.ours).saturating_sub(known) < lag
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Backend for Databricks {
    async fn create(&self, new: &NewWebhook, op: &mut Op<'_>) -> Result<Webhook, Error> {
        let done = self.call(&request::create(new)?, answer::webhook, op).await;
        let filter = ListFilter::of_model(new.model_name.as_deref());
        done.map(|(webhook, _)| self.wrote(webhook))
            .map_err(|error| without_model(error, &filter))
    }

    /// Not found is what a whole list does not show, unless it may lag behind.
    async fn get(&self, webhook: WebhookRef<'_>, op: &mut Op<'_>) -> Result<Webhook, Error> {
        let begun = Instant::now();
        loop {
            let known = self.known(webhook);
            let listing = self.listing(webhook, known, op).await?;
            let found = find(&listing, webhook.id);
            let patient = begun.elapsed() < op.pace.lag && may_lag(known, &listing, op);
            if !is_behind(known, found) || !patient {
                let gone = || Error::new(ErrorKind::NotFound).with_message(NOT_LISTED);
                return found.cloned().ok_or_else(gone);
            }
            debug!(id = webhook.id, "listing again, the list may lag behind");
            op.pause(op.pace.lag / 10).await?;
        }
    }

    async fn refresh(&self, webhook: WebhookRef<'_>, op: &mut Op<'_>) -> Result<Webhook, Error> {
        let earliest = self.recency.earliest(op.pace.age);
        let known = self.known(webhook);
        let shown = self.lists.shown(webhook.id, earliest);
        match shown.filter(|shown| !is_behind(known, Some(shown))) {
            Some(webhook) => Ok(webhook),
            None => self.get(webhook, op).await,
        }
    }

    /// How long its pages are is the server's own affair.
    async fn list(
        &self,
        filter: &ListFilter,
        _: Option<usize>,
        op: &mut Op<'_>,
    ) -> Result<Listing, Error> {
        let foreign = |event: &Event| event.databricks_name().is_none();
        if !filter.events.is_empty() && filter.events.iter().all(foreign) {
            return Ok(Listing::default());
        }
        self.whole(filter, op).await
    }

    async fn update(
        &self,
        webhook: WebhookRef<'_>,
        change: &WebhookChange,
        op: &mut Op<'_>,
    ) -> Result<Webhook, Error> {
        let request = request::update(webhook.id, change)?;
        let done = self.call(&request, answer::webhook, op).await;
        done.map(|(webhook, _)| self.wrote(webhook))
    }

    async fn delete(&self, webhook: WebhookRef<'_>, op: &mut Op<'_>) -> Result<(), Error> {
        let request = request::delete(webhook.id)?;
        let gone = match self.call(&request, answer::deleted, op).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            // Nothing documents how an id is refused that is no longer there: the list tells.
            Err(refused) if *refused.kind() == ErrorKind::Invalid => {
                match self.get(webhook, &mut op.call()).await {
                    Err(error) if error.is_not_found() => Ok(()),
                    _ => Err(refused),
                }
            }
            Err(error) => Err(error),
        };
        if gone.is_ok() {
            lock(&self.written).insert(webhook.id.to_owned(), Written::Deleted);
        }
        gone
    }

    async fn test(
        &self,
        id: &str,
        event: Option<Event>,
        op: &mut Op<'_>,
    ) -> Result<TestResult, Error> {
        let request = request::test(id, event)?;
        let done = self.call(&request, answer::tested, op).await;
        done.map(|(result, _)| result)
    }

    async fn version(&self, _: &mut Op<'_>) -> Result<Version, Error> {
        Err(Error::new(ErrorKind::Unsupported)
            .with_message("a Databricks workspace does not tell a version of MLflow"))
    }

    fn kind(&self) -> RegistryKind {
        RegistryKind::Databricks
    }

    fn address(&self) -> &str {
        let found = self.transport.get().map(Transport::address);
        found.unwrap_or_else(|| self.authenticator.name())
    }

    fn max_retries(&self) -> u32 {
        self.connection.max_retries
    }
}

const NOT_LISTED: &str = "it is not in the registry's list of webhooks";

/// Reads an answer as each call would.
#[cfg(any(test, fuzzing))]
pub(super) fn fuzz_answer(answer: &Response) {
    let _ = answer::webhook(answer);
    let _ = answer::page(answer);
    let _ = answer::deleted(answer);
    let _ = answer::tested(answer);
    refusal::error(answer);
}

/// Reads a configuration file of Databricks' tools.
#[cfg(any(test, fuzzing))]
pub(super) fn fuzz_profile(text: &str) {
    auth::fuzz_profile(text);
}
