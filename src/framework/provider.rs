//! A provider: its own block, and the catalogue of what it offers.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::{
    Action, AnyAction, AnyDataSource, AnyEphemeralResource, AnyFunction, AnyListResource,
    AnyResource, DataSource, Diagnostic, Diagnostics, EphemeralResource, Field, ListResource,
    Resource, schema::Schema,
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

/// One type on offer: what it is called, what may be configured, and what it does.
pub struct Offer<T: ?Sized> {
    /// See [`Resource::TYPE_NAME`] and its siblings.
    pub type_name: &'static str,
    /// See [`Resource::schema`] and its siblings.
    pub schema: fn() -> Schema,
    /// The type itself, in values instead of rows.
    pub handler: Box<T>,
}

impl<T: ?Sized> Offer<T> {
    /// The name that it has in configurations.
    pub const fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// What may be configured.
    pub fn schema(&self) -> Schema {
        (self.schema)()
    }
}

impl<T: ?Sized> std::fmt::Debug for Offer<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Offer").field(&self.type_name).finish()
    }
}

/// Everything a provider offers, type by type.
pub struct Catalogue<C> {
    /// The managed resources.
    pub resources: Vec<Offer<dyn AnyResource<C>>>,
    /// The data sources.
    pub data_sources: Vec<Offer<dyn AnyDataSource<C>>>,
    /// The ephemeral resources.
    pub ephemeral_resources: Vec<Offer<dyn AnyEphemeralResource<C>>>,
    /// The list resources, each for a managed one.
    pub list_resources: Vec<Offer<dyn AnyListResource<C>>>,
    /// The actions.
    pub actions: Vec<Offer<dyn AnyAction<C>>>,
    /// The functions.
    pub functions: Vec<Box<dyn AnyFunction>>,
}

impl<C: Send + Sync + 'static> Catalogue<C> {
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

    /// The same with this managed resource.
    #[must_use]
    pub fn resource<R: Resource<C>>(mut self, handler: R) -> Self {
        self.resources.push(Offer {
            type_name: R::TYPE_NAME,
            schema: R::schema,
            handler: Box::new(handler),
        });
        self
    }

    /// The same with this data source.
    #[must_use]
    pub fn data_source<D: DataSource<C>>(mut self, handler: D) -> Self {
        self.data_sources.push(Offer {
            type_name: D::TYPE_NAME,
            schema: D::schema,
            handler: Box::new(handler),
        });
        self
    }

    /// The same with this ephemeral resource.
    #[must_use]
    pub fn ephemeral_resource<E: EphemeralResource<C>>(mut self, handler: E) -> Self {
        self.ephemeral_resources.push(Offer {
            type_name: E::TYPE_NAME,
            schema: E::schema,
            handler: Box::new(handler),
        });
        self
    }

    /// The same with this list resource.
    #[must_use]
    pub fn list_resource<L: ListResource<C>>(mut self, handler: L) -> Self {
        self.list_resources.push(Offer {
            type_name: L::Resource::TYPE_NAME,
            schema: L::schema,
            handler: Box::new(handler),
        });
        self
    }

    /// The same with this action.
    #[must_use]
    pub fn action<A: Action<C>>(mut self, handler: A) -> Self {
        self.actions.push(Offer {
            type_name: A::TYPE_NAME,
            schema: A::schema,
            handler: Box::new(handler),
        });
        self
    }

    /// The same with this function.
    #[must_use]
    pub fn function(mut self, handler: impl AnyFunction) -> Self {
        self.functions.push(Box::new(handler));
        self
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

impl<C> std::fmt::Debug for Catalogue<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let functions: Vec<_> = self.functions.iter().map(|it| it.name()).collect();
        f.debug_struct("Catalogue")
            .field("resources", &self.resources)
            .field("data_sources", &self.data_sources)
            .field("ephemeral_resources", &self.ephemeral_resources)
            .field("list_resources", &self.list_resources)
            .field("actions", &self.actions)
            .field("functions", &functions)
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
