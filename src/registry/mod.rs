//! Model registries over HTTP; knows no Terraform. The door is [`Registry`]: what every backend can
//! do with webhooks, in the nouns of [`model`](Webhook). How a lost answer is settled, what is
//! retried and how failures are classified is decided in here; callers only show the outcome.

mod error;
mod event;
mod model;
mod settings;
mod version;

pub use error::{Error, ErrorKind};
pub use event::Event;
pub use model::{
    NewTarget, NewWebhook, Status, Target, TargetChange, TestResult, Webhook, WebhookChange,
};
pub use settings::{Credentials, Settings};
pub use version::Version;

use tokio_util::sync::CancellationToken;

/// One model registry. Cheap to clone; clones share connections and what has been learnt.
#[derive(Clone, Debug)]
pub struct Registry {
    address: String,
    workspace: Option<String>,
}

/// Every call gives up waiting within a second once `stop` is cancelled.
impl Registry {
    /// A registry on an MLflow server. Nothing is opened or read before the first request.
    ///
    /// # Errors
    /// When the settings cannot be used as they are.
    pub fn mlflow(settings: Settings) -> Result<Self, Error> {
        Ok(Self {
            address: settings.base_uri,
            workspace: settings.workspace,
        })
    }

    /// Where the registry is, in one canonical form without userinfo.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The workspace that every call is about, if one is configured.
    #[must_use]
    pub fn workspace(&self) -> Option<&str> {
        self.workspace.as_deref()
    }

    /// Creates a webhook, once, whatever happens to the answers on the way.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn create(
        &self,
        new: &NewWebhook,
        stop: &CancellationToken,
    ) -> Result<Webhook, Error> {
        let _ = (new, stop);
        Err(Error::new(ErrorKind::Unsupported))
    }

    /// Reads a webhook.
    ///
    /// # Errors
    /// See [`ErrorKind`]; [`ErrorKind::NotFound`] is only what the registry itself says.
    pub async fn get(&self, id: &str, stop: &CancellationToken) -> Result<Webhook, Error> {
        let _ = (id, stop);
        Err(Error::new(ErrorKind::Unsupported))
    }

    /// All webhooks, over every page, newest first, none twice. Pages shift while others write, so
    /// one that is not in the list may still exist.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn list(&self, stop: &CancellationToken) -> Result<Vec<Webhook>, Error> {
        let _ = stop;
        Err(Error::new(ErrorKind::Unsupported))
    }

    /// Changes a webhook.
    ///
    /// # Errors
    /// See [`ErrorKind`]; [`ErrorKind::NotApplied`] when the answer shows a field not taken over.
    pub async fn update(
        &self,
        id: &str,
        change: &WebhookChange,
        stop: &CancellationToken,
    ) -> Result<Webhook, Error> {
        let _ = (id, change, stop);
        Err(Error::new(ErrorKind::Unsupported))
    }

    /// Deletes a webhook; one that is already gone is fine.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn delete(&self, id: &str, stop: &CancellationToken) -> Result<(), Error> {
        let _ = (id, stop);
        Err(Error::new(ErrorKind::Unsupported))
    }

    /// Has the registry deliver a test, of the webhook's first event unless one is given. A failed
    /// delivery is a result, not an error.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn test(
        &self,
        id: &str,
        event: Option<Event>,
        stop: &CancellationToken,
    ) -> Result<TestResult, Error> {
        let _ = (id, event, stop);
        Err(Error::new(ErrorKind::Unsupported))
    }

    /// The server's version.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn version(&self, stop: &CancellationToken) -> Result<Version, Error> {
        let _ = stop;
        Err(Error::new(ErrorKind::Unsupported))
    }
}
