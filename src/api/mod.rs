//! Model registries over HTTP; knows no Terraform. The door is [`Registry`]: what every backend can
//! do with webhooks, in the nouns of [`model`](Webhook). How a lost answer is settled, what is
//! retried and how failures are classified is decided in here; callers only show the outcome.

mod address;
mod authenticator;
mod backend;
mod budget;
mod databricks;
mod error;
mod event;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod http;
mod ledger;
mod mlflow;
mod model;
mod paging;
mod recency;
mod redact;
mod settings;
mod settle;
mod version;

#[cfg(test)]
mod tests;

pub use databricks::{AuthConfig, AuthEnvironment, DatabricksSettings};
pub use error::{Error, ErrorKind};
pub use event::Event;
pub use model::{
    ListFilter, NewTarget, NewWebhook, Pass, RegistryKind, Status, Target, TargetChange,
    TestResult, Webhook, WebhookChange, WebhookRef,
};
pub use settings::{Connection, Credentials, Settings};
pub use version::Version;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use address::Address;
use backend::{Backend, Listing};
use budget::{Op, Pace};
use databricks::Databricks;
use http::Transport;
use ledger::Ledger;
use mlflow::Mlflow;

/// One model registry. Cheap to clone; clones share connections and what has been learnt.
#[derive(Clone, Debug)]
pub struct Registry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    backend: Box<dyn Backend>,
    ledger: Ledger,
    pace: Pace,
    workspace: Option<String>,
}

/// Every call gives up waiting within a second once `stop` is cancelled; a write that is already
/// sent gets some more seconds to answer. Every error's kinds are those of [`ErrorKind`].
impl Registry {
    /// A registry on an MLflow server. Nothing is opened or read before the first request.
    ///
    /// # Errors
    /// When the settings cannot be used as they are.
    pub fn mlflow(settings: Settings) -> Result<Self, Error> {
        Self::mlflow_at(settings, Pace::default())
    }

    fn mlflow_at(mut settings: Settings, pace: Pace) -> Result<Self, Error> {
        let (address, userinfo) = Address::parse(&settings.base_uri)?;
        if matches!(settings.credentials, Credentials::None) {
            settings.credentials = userinfo;
        }
        let workspace = settings.workspace.clone();
        let transport = Transport::mlflow(address, settings)?;
        let backend = Mlflow::new(transport, workspace.is_some());
        Ok(Self::over(Box::new(backend), pace, workspace))
    }

    /// The model registry of a Databricks workspace. Nothing is opened or sent before the first
    /// request.
    ///
    /// # Errors
    /// When the settings cannot be used as they are.
    pub fn databricks(settings: DatabricksSettings) -> Result<Self, Error> {
        let backend = Databricks::new(settings);
        let backend = backend.map_err(|error| error.on(RegistryKind::Databricks))?;
        Ok(Self::over(Box::new(backend), Pace::databricks(), None))
    }

    fn over(backend: Box<dyn Backend>, pace: Pace, workspace: Option<String>) -> Self {
        Self(Arc::new(Inner {
            backend,
            ledger: Ledger::default(),
            pace,
            workspace,
        }))
    }

    /// Which kind of registry it is.
    #[must_use]
    pub fn kind(&self) -> RegistryKind {
        self.backend().kind()
    }

    /// Where the registry is, in one canonical form without userinfo. A workspace whose address is
    /// yet to be found goes by another name until the first request.
    #[must_use]
    pub fn address(&self) -> &str {
        self.backend().address()
    }

    /// The workspace that every call is about, if one is configured.
    #[must_use]
    pub fn workspace(&self) -> Option<&str> {
        self.0.workspace.as_deref()
    }

    /// Creates a webhook, once, whatever happens to the answers on the way.
    ///
    /// # Errors
    /// [`ErrorKind::Ambiguous`] when a lost create cannot be told from another's.
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
        settle::create(self.backend(), &self.0.ledger, new, &mut self.op(stop))
            .await
            .map_err(|error| self.failed(error, action))
    }

    /// Reads a webhook.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] is only what the registry itself says.
    pub async fn get<'a>(
        &self,
        webhook: impl Into<WebhookRef<'a>>,
        stop: &CancellationToken,
    ) -> Result<Webhook, Error> {
        let meant = webhook.into();
        let read = self.backend().get(meant, &mut self.op(stop)).await;
        self.read(meant.id, read)
    }

    /// Reads a webhook beside many others: what is returned may have been listed for another of them,
    /// up to five seconds before this call, yet never before a write of this process ended.
    ///
    /// # Errors
    /// As [`Registry::get`].
    pub async fn refresh<'a>(
        &self,
        webhook: impl Into<WebhookRef<'a>>,
        stop: &CancellationToken,
    ) -> Result<Webhook, Error> {
        let meant = webhook.into();
        let read = self.backend().refresh(meant, &mut self.op(stop)).await;
        self.read(meant.id, read)
    }

    /// All webhooks, over every page, in the registry's order (MLflow: newest first), none twice.
    /// Pages shift while others write, so one that is not in the list may still exist; see
    /// [`Registry::pass`].
    ///
    /// # Errors
    /// Also when only one page cannot be read: a part is never passed off as the whole.
    pub async fn list(&self, stop: &CancellationToken) -> Result<Vec<Webhook>, Error> {
        self.list_matching(&ListFilter::default(), stop).await
    }

    /// Like [`Registry::list`], those webhooks that match.
    ///
    /// # Errors
    /// As there; on Databricks also [`ErrorKind::UnknownModel`].
    pub async fn list_matching(
        &self,
        filter: &ListFilter,
        stop: &CancellationToken,
    ) -> Result<Vec<Webhook>, Error> {
        let pass = self.pass(filter, None, stop).await?;
        Ok(pass.webhooks)
    }

    /// Like [`Registry::list_matching`], in pages of at most `page` webhooks where that can be chosen, with
    /// what is known about its completeness.
    ///
    /// # Errors
    /// As there.
    pub async fn pass(
        &self,
        filter: &ListFilter,
        page: Option<usize>,
        stop: &CancellationToken,
    ) -> Result<Pass, Error> {
        let mut listing = self.listing(filter, page, stop).await?;
        listing.webhooks.retain(|webhook| filter.matches(webhook));
        Ok(Pass {
            webhooks: listing.webhooks,
            overlaps: listing.overlaps,
        })
    }

    async fn listing(
        &self,
        filter: &ListFilter,
        page: Option<usize>,
        stop: &CancellationToken,
    ) -> Result<Listing, Error> {
        let listed = self.backend().list(filter, page, &mut self.op(stop)).await;
        let listing = listed.map_err(|error| self.failed(error, "listing webhooks"))?;
        let ids = listing.webhooks.iter().map(|webhook| webhook.id.as_str());
        self.0.ledger.listed(ids);
        Ok(listing)
    }

    /// Changes a webhook.
    ///
    /// # Errors
    /// [`ErrorKind::NotApplied`] when the answer shows a field not taken over.
    pub async fn update<'a>(
        &self,
        webhook: impl Into<WebhookRef<'a>>,
        change: &WebhookChange,
        stop: &CancellationToken,
    ) -> Result<Webhook, Error> {
        let meant = webhook.into();
        self.0.ledger.own(meant.id);
        settle::update(self.backend(), meant, change, &mut self.op(stop))
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
        self.0.ledger.own(meant.id);
        settle::delete(self.backend(), meant, &mut self.op(stop))
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
        let tested = self.backend().test(id, event, &mut self.op(stop)).await;
        tested.map_err(|error| self.failed(error, about("testing", id)))
    }

    /// The server's version.
    ///
    /// # Errors
    /// When it is not to be had.
    pub async fn version(&self, stop: &CancellationToken) -> Result<Version, Error> {
        let version = self.backend().version(&mut self.op(stop)).await;
        version.map_err(|error| self.failed(error, "asking for the server's version"))
    }

    fn read(&self, id: &str, read: Result<Webhook, Error>) -> Result<Webhook, Error> {
        let webhook = read.map_err(|error| self.failed(error, about("reading", id)))?;
        self.0.ledger.own(&webhook.id);
        Ok(webhook)
    }

    fn backend(&self) -> &dyn Backend {
        &*self.0.backend
    }

    fn failed(&self, error: Error, action: impl Into<String>) -> Error {
        error.on(self.kind()).while_doing(action)
    }

    fn op<'a>(&'a self, stop: &'a CancellationToken) -> Op<'a> {
        Op::new(stop, &self.0.pace, self.backend().max_retries())
    }
}

fn about(doing: &str, id: &str) -> String {
    format!("{doing} webhook {id:?}")
}
