//! Webhooks: the odd area. There are two APIs for them, and their names are not unique, so a lost
//! create is settled by looking for it (`settle`).

mod body;
mod content;
mod databricks;
mod event;
mod exchange;
mod listed;
mod mlflow;
mod model;
mod settle;

#[cfg(test)]
mod tests;

pub use body::is_id;
pub use event::Event;
pub use model::{
    ListFilter, NewTarget, NewWebhook, Status, Target, TargetChange, TestResult, Webhook,
    WebhookChange, WebhookRef,
};

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::api::{
    area::Area, budget::Op, complete::complete, error::Error, page::Listing, server::Server,
};
use content::Content;
use listed::Listed;

/// What this process knows of the webhooks of one server.
type Ledger = crate::api::twins::Ledger<String, Content>;

/// Since which MLflow there are webhooks.
#[must_use]
pub fn area() -> &'static Area {
    &mlflow::AREA
}

/// The webhooks of a server, or of one workspace of it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Webhooks(Server);

/// Every call gives up waiting within a second once `stop` is cancelled; a write that is already
/// sent gets some more seconds to answer. Every error's kinds are those of
/// [`ErrorKind`](crate::api::ErrorKind).
impl Webhooks {
    /// The webhooks of this server.
    #[must_use]
    pub fn of(server: Server) -> Self {
        Self(server)
    }

    /// The server that keeps them.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.0
    }

    /// Creates a webhook, once, whatever happens to the answers on the way.
    ///
    /// # Errors
    /// [`Ambiguous`](crate::api::ErrorKind::Ambiguous) when a lost create cannot be told from another's.
    pub async fn create(
        &self,
        new: &NewWebhook,
        stop: &CancellationToken,
    ) -> Result<Webhook, Error> {
        let name = new.name.as_deref().or(new.model_name.as_deref());
        let action = name.map_or_else(
            || "creating a webhook".to_owned(),
            |name| format!("creating webhook {name:?}"),
        );
        settle::create(&self.0, &self.ledger(), new, &mut self.op(stop))
            .await
            .map_err(|error| self.failed(error, action))
    }

    /// Reads a webhook.
    ///
    /// # Errors
    /// [`NotFound`](crate::api::ErrorKind::NotFound) is only what the registry itself says.
    pub async fn get<'a>(
        &self,
        webhook: impl Into<WebhookRef<'a>>,
        stop: &CancellationToken,
    ) -> Result<Webhook, Error> {
        let meant = webhook.into();
        let read = exchange::get(&self.0, meant, &mut self.op(stop)).await;
        self.read(meant.id, read)
    }

    /// Reads a webhook beside many others: what is returned may have been listed for another of them,
    /// up to five seconds before this call, yet never before a write of this process ended.
    ///
    /// # Errors
    /// As [`Webhooks::get`].
    pub async fn refresh<'a>(
        &self,
        webhook: impl Into<WebhookRef<'a>>,
        stop: &CancellationToken,
    ) -> Result<Webhook, Error> {
        let meant = webhook.into();
        let read = exchange::refresh(&self.0, meant, &mut self.op(stop)).await;
        self.read(meant.id, read)
    }

    /// Every webhook that exists throughout, exactly once, ordered by name, then id; those of one model
    /// if one is given, which then need a right on that model only.
    ///
    /// # Errors
    /// Also when only one page cannot be read: a part is never passed off as the whole. On Databricks
    /// also [`UnknownModel`](crate::api::ErrorKind::UnknownModel).
    pub async fn all(
        &self,
        model_name: Option<&str>,
        stop: &CancellationToken,
    ) -> Result<Vec<Webhook>, Error> {
        let mut webhooks = complete(&Listed::new(self, model_name, stop)).await?;
        webhooks.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(webhooks)
    }

    async fn listing(
        &self,
        filter: &ListFilter,
        page: Option<usize>,
        stop: &CancellationToken,
    ) -> Result<Listing<Webhook>, Error> {
        let listed = exchange::list(&self.0, filter, page, &self.op(stop)).await;
        let listing = listed.map_err(|error| self.failed(error, "listing webhooks"))?;
        let ids = listing.items.iter().map(|webhook| webhook.id.clone());
        self.ledger().listed(ids);
        Ok(listing)
    }

    /// Changes a webhook.
    ///
    /// # Errors
    /// [`NotApplied`](crate::api::ErrorKind::NotApplied) when the answer shows a field not taken over.
    pub async fn update<'a>(
        &self,
        webhook: impl Into<WebhookRef<'a>>,
        change: &WebhookChange,
        stop: &CancellationToken,
    ) -> Result<Webhook, Error> {
        let meant = webhook.into();
        self.ledger().own(&meant.id.to_owned());
        settle::update(&self.0, meant, change, &mut self.op(stop))
            .await
            .map_err(|error| self.failed(error, about("updating", meant.id)))
    }

    /// Deletes a webhook; one that is already gone is fine.
    ///
    /// # Errors
    /// Whenever it cannot be made sure that the webhook is gone.
    pub async fn delete<'a>(
        &self,
        webhook: impl Into<WebhookRef<'a>>,
        stop: &CancellationToken,
    ) -> Result<(), Error> {
        let meant = webhook.into();
        self.ledger().own(&meant.id.to_owned());
        settle::delete(&self.0, meant, &mut self.op(stop))
            .await
            .map_err(|error| self.failed(error, about("deleting", meant.id)))
    }

    /// Has the registry deliver a test, of the webhook's first event unless one is given. A failed
    /// delivery is a result, not an error.
    ///
    /// # Errors
    /// When the registry cannot say what came of the delivery.
    pub async fn test(
        &self,
        id: &str,
        event: Option<Event>,
        stop: &CancellationToken,
    ) -> Result<TestResult, Error> {
        let tested = exchange::test(&self.0, id, event, &mut self.op(stop)).await;
        tested.map_err(|error| self.failed(error, about("testing", id)))
    }

    fn read(&self, id: &str, read: Result<Webhook, Error>) -> Result<Webhook, Error> {
        let webhook = read.map_err(|error| self.failed(error, about("reading", id)))?;
        self.ledger().own(&webhook.id);
        Ok(webhook)
    }

    fn ledger(&self) -> Arc<Ledger> {
        self.0.kept()
    }

    fn failed(&self, error: Error, action: impl Into<String>) -> Error {
        error
            .on(self.0.kind())
            .about("webhook", None)
            .while_doing(action)
    }

    fn op<'a>(&'a self, stop: &'a CancellationToken) -> Op<'a> {
        self.0.op(stop)
    }
}

fn about(doing: &str, id: &str) -> String {
    format!("{doing} webhook {id:?}")
}

#[cfg(any(test, fuzzing))]
pub(in crate::api) mod fuzzing {
    pub(in crate::api) use super::{databricks::fuzz as databricks, mlflow::fuzz as mlflow};
}
