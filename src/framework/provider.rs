//! A provider: its own block, and the catalogue of what it offers.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::{
    AnyAction, AnyDataSource, AnyEphemeralResource, AnyFunction, AnyListResource, AnyResource,
    Diagnostic, Diagnostics, Field, schema::Schema,
};

/// A provider.
pub trait Provider: Send + Sync + 'static {
    /// What a configured provider gives to its resources.
    type Client: Send + Sync + 'static;
    /// The provider block as a row.
    type Config: Field + Send;

    /// The schema of the provider block.
    fn schema(&self) -> Schema;

    /// Checks a provider block beyond what its schema says. Values may be unknown; no network.
    fn validate(&self, config: Self::Config) -> Diagnostics;

    /// Makes the client. Values may be unknown while planning; no network.
    ///
    /// # Errors
    /// When the configuration can never work.
    fn configure(
        &self,
        config: Self::Config,
        warnings: &mut Diagnostics,
    ) -> Result<Self::Client, Diagnostics>;

    /// Whether objects can be looked at with this client. Asked before an import, of which nothing may
    /// be planned that has not been read: what an import knows by itself is not an object's state.
    ///
    /// # Errors
    /// Why they cannot, as while the configuration is not known.
    fn ready(_client: &Self::Client) -> Result<(), Diagnostics> {
        Ok(())
    }

    /// Everything it offers.
    fn catalogue(&self) -> Catalogue<Self::Client>;
}

/// Everything a provider offers.
pub struct Catalogue<C> {
    /// The managed resources.
    pub resources: Vec<Box<dyn AnyResource<C>>>,
    /// The data sources.
    pub data_sources: Vec<Box<dyn AnyDataSource<C>>>,
    /// The ephemeral resources.
    pub ephemeral_resources: Vec<Box<dyn AnyEphemeralResource<C>>>,
    /// The list resources, each for a managed one.
    pub list_resources: Vec<Box<dyn AnyListResource<C>>>,
    /// The actions.
    pub actions: Vec<Box<dyn AnyAction<C>>>,
    /// The functions.
    pub functions: Vec<Box<dyn AnyFunction>>,
}

impl<C> Catalogue<C> {
    /// What several types offer, each its own part, as one catalogue in this order.
    pub fn of(offers: impl IntoIterator<Item = Self>) -> Self {
        offers.into_iter().fold(Self::default(), |mut all, it| {
            all.resources.extend(it.resources);
            all.data_sources.extend(it.data_sources);
            all.ephemeral_resources.extend(it.ephemeral_resources);
            all.list_resources.extend(it.list_resources);
            all.actions.extend(it.actions);
            all.functions.extend(it.functions);
            all
        })
    }
}

impl<C> Default for Catalogue<C> {
    /// Nothing yet.
    fn default() -> Self {
        Self {
            resources: Vec::new(),
            data_sources: Vec::new(),
            ephemeral_resources: Vec::new(),
            list_resources: Vec::new(),
            actions: Vec::new(),
            functions: Vec::new(),
        }
    }
}

impl<C: 'static> std::fmt::Debug for Catalogue<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fn names<T: ?Sized>(all: &[Box<T>], name: fn(&T) -> &'static str) -> Vec<&'static str> {
            all.iter().map(|it| name(it)).collect()
        }
        f.debug_struct("Catalogue")
            .field("resources", &names(&self.resources, |it| it.type_name()))
            .field(
                "data_sources",
                &names(&self.data_sources, |it| it.type_name()),
            )
            .field(
                "ephemeral_resources",
                &names(&self.ephemeral_resources, |it| it.type_name()),
            )
            .field(
                "list_resources",
                &names(&self.list_resources, |it| it.type_name()),
            )
            .field("actions", &names(&self.actions, |it| it.type_name()))
            .field("functions", &names(&self.functions, |it| it.name()))
            .finish()
    }
}

/// What the host can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// It keeps write-only arguments out of plans and states.
    pub write_only: bool,
}

/// What an operation has at hand: the client, word of a stop, and a place for warnings.
pub struct Context<C> {
    client: Arc<C>,
    stop: CancellationToken,
    warnings: Mutex<Diagnostics>,
}

impl<C> Context<C> {
    /// For one operation.
    pub fn new(client: Arc<C>, stop: CancellationToken) -> Self {
        Self {
            client,
            stop,
            warnings: Mutex::default(),
        }
    }

    /// What the provider's configuration made.
    pub fn client(&self) -> &C {
        &self.client
    }

    /// Cancelled when the user asks to stop.
    pub const fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Tells the user something while the operation goes on.
    pub fn warn(&self, warning: Diagnostic) {
        self.lock().push(warning);
    }

    /// The warnings so far, taken out.
    pub fn take_warnings(&self) -> Diagnostics {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Diagnostics> {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> std::fmt::Debug for Context<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}
