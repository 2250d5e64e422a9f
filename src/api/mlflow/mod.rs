//! The backend for MLflow servers: each call builds a request, sends it and reads the answer.

mod answer;
mod diagnosis;
mod refreshes;
mod refusal;
mod request;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;

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
use super::version::Version;
use refreshes::Refreshes;

/// One MLflow server, or one workspace of it.
#[derive(Debug)]
pub(super) struct Mlflow {
    transport: Transport,
    has_workspace: bool,
    /// The configured workspace answered once, so it exists.
    workspace_seen: AtomicBool,
    recency: Recency,
    refreshes: Refreshes,
}

impl Mlflow {
    pub(super) fn new(transport: Transport, has_workspace: bool) -> Self {
        Self {
            transport,
            has_workspace,
            workspace_seen: AtomicBool::new(false),
            recency: Recency::default(),
            refreshes: Refreshes::default(),
        }
    }

    /// Sends and reads; what is neither a refusal nor the documented answer of a write leaves its
    /// outcome unknown.
    async fn call<T>(
        &self,
        request: &Request,
        read: fn(&Response) -> Result<T, Error>,
        events: &BTreeSet<Event>,
        op: &mut Op<'_>,
    ) -> Result<(T, Response), Error> {
        let answer = self.transport.send(request, op).await;
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
            Ok(value) => {
                self.workspace_seen.store(true, Ordering::Relaxed);
                return Ok((value, answer));
            }
            Err(error) => self
                .transport
                .name(request, error.hiding(&answer.confidential)),
        };
        let unclear = request.effect != Effect::Read && is_unclear(&answer, &error);
        let error = error.with_outcome_unknown(unclear);
        Err(diagnosis::refine(&self.transport, error, events, op).await)
    }

    /// "Not found" is also what an unknown workspace says, even of a webhook that lives.
    async fn believe(&self, error: Error, op: &Op<'_>) -> Error {
        if !error.is_not_found()
            || !self.has_workspace
            || self.workspace_seen.load(Ordering::Relaxed)
        {
            return error;
        }
        let seen = self
            .call(
                &request::list_one(),
                answer::page,
                &BTreeSet::new(),
                &mut op.call(),
            )
            .await;
        match seen {
            Ok(_) => error,
            Err(refused) if refused.is_not_found() => error.with_kind(ErrorKind::UnknownWorkspace),
            Err(other) => other,
        }
    }
}

fn is_unclear(answer: &Response, error: &Error) -> bool {
    answer.is_success() || (answer.status >= 500 && *error.kind() != ErrorKind::WorkspacesDisabled)
}

/// For calls that name no webhook: what is not found can only be the workspace.
fn without_id(error: Error) -> Error {
    if error.is_not_found() {
        error.with_kind(ErrorKind::UnknownWorkspace)
    } else {
        error
    }
}

#[async_trait]
impl Backend for Mlflow {
    async fn create(&self, new: &NewWebhook, op: &mut Op<'_>) -> Result<Webhook, Error> {
        let done = self
            .call(&request::create(new)?, answer::webhook, &new.events, op)
            .await;
        done.map(|(webhook, _)| webhook).map_err(without_id)
    }

    async fn get(&self, webhook: WebhookRef<'_>, op: &mut Op<'_>) -> Result<Webhook, Error> {
        match self
            .call(
                &request::get(webhook.id)?,
                answer::webhook,
                &BTreeSet::new(),
                op,
            )
            .await
        {
            Ok((webhook, _)) => Ok(webhook),
            Err(error) => Err(self.believe(error, op).await),
        }
    }

    async fn refresh(&self, webhook: WebhookRef<'_>, op: &mut Op<'_>) -> Result<Webhook, Error> {
        let earliest = self.recency.earliest(op.pace.age);
        let fetch = async |token: Option<String>| {
            let request = request::page(refreshes::PAGE, token.as_deref());
            let (read, none) = (answer::page, BTreeSet::new());
            let page = self.call(&request, read, &none, &mut op.probe()).await;
            page.map(|(page, _)| page)
        };
        match self.refreshes.find(webhook.id, earliest, op, fetch).await? {
            Some(webhook) => Ok(webhook),
            None => self.get(webhook, op).await,
        }
    }

    async fn list(
        &self,
        _: &ListFilter,
        page: Option<usize>,
        op: &mut Op<'_>,
    ) -> Result<Listing, Error> {
        let mut pages = Pages::default();
        loop {
            let request = match page {
                Some(most) => request::page(most, pages.token()),
                None => request::list(pages.token()),
            };
            let call = self
                .call(&request, answer::page, &BTreeSet::new(), &mut op.call())
                .await;
            let (page, answer) = call.map_err(without_id)?;
            let last = pages.add(page, &answer);
            if last.map_err(|error| self.transport.name(&request, error))? {
                return Ok(pages.whole());
            }
        }
    }

    async fn update(
        &self,
        webhook: WebhookRef<'_>,
        change: &WebhookChange,
        op: &mut Op<'_>,
    ) -> Result<Webhook, Error> {
        let sent = change.events.clone().unwrap_or_default();
        match self
            .call(
                &request::update(webhook.id, change)?,
                answer::webhook,
                &sent,
                op,
            )
            .await
        {
            Ok((webhook, _)) => Ok(webhook),
            Err(error) => Err(self.believe(error, op).await),
        }
    }

    async fn delete(&self, webhook: WebhookRef<'_>, op: &mut Op<'_>) -> Result<(), Error> {
        let Err(error) = self
            .call(
                &request::delete(webhook.id)?,
                answer::deleted,
                &BTreeSet::new(),
                op,
            )
            .await
        else {
            return Ok(());
        };
        let error = self.believe(error, op).await;
        if error.is_not_found() {
            Ok(())
        } else {
            Err(error)
        }
    }

    async fn test(
        &self,
        id: &str,
        event: Option<Event>,
        op: &mut Op<'_>,
    ) -> Result<TestResult, Error> {
        let sent = event.into_iter().collect();
        match self
            .call(&request::test(id, event)?, answer::tested, &sent, op)
            .await
        {
            Ok((result, _)) => Ok(result),
            Err(error) => Err(self.believe(error, op).await),
        }
    }

    async fn version(&self, op: &mut Op<'_>) -> Result<Version, Error> {
        diagnosis::version(&self.transport, op).await
    }

    fn kind(&self) -> RegistryKind {
        RegistryKind::Mlflow
    }

    fn address(&self) -> &str {
        self.transport.address()
    }

    fn max_retries(&self) -> u32 {
        self.transport.max_retries()
    }
}

/// Reads an answer as each call would.
#[cfg(any(test, fuzzing))]
pub(super) fn fuzz(answer: &Response) {
    let _ = answer::webhook(answer);
    let _ = answer::page(answer);
    let _ = answer::deleted(answer);
    let _ = answer::tested(answer);
    let _ = answer::store_type(answer);
    refusal::error(answer);
}
