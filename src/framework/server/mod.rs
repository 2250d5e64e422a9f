//! The service that a host calls: looks up who is meant and hands over.
//!
//! Each RPC is decode, act, encode, in the file of its family. Messages of the protocol are seen
//! nowhere outside this folder. Start at [`Server::new`].

mod absent;
mod answer;
mod apply;
mod configure;
mod decode;
mod encode;
mod import;
mod plan;
mod read;
mod schema;
mod service;
mod upgrade;
mod validate;

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use tokio_util::sync::CancellationToken;

use super::{AnyResource, Context, Diagnostic, Diagnostics, Provider, schema::Schema};
use crate::wire::{Type, proto::provider_server::ProviderServer};

/// The gRPC service of a provider, ready to be served.
pub type Service<P> = ProviderServer<Server<P>>;

/// Drives a provider as a host asks.
pub struct Server<P: Provider> {
    provider: P,
    resources: BTreeMap<&'static str, Registered<P::Client>>,
    configured: RwLock<Option<Configured<P::Client>>>,
}

impl<P: Provider> Server<P> {
    /// For this provider, which is configured later, if at all.
    pub fn new(provider: P) -> Self {
        let resources = provider.catalogue().resources.into_iter();
        Self {
            resources: resources
                .map(|resource| (resource.type_name(), Registered::new(resource)))
                .collect(),
            provider,
            configured: RwLock::new(None),
        }
    }

    /// The service as gRPC wants it, still with the default message limits.
    pub fn into_service(self) -> Service<P> {
        ProviderServer::new(self)
    }

    fn resource(&self, type_name: &str) -> Result<&Registered<P::Client>, Diagnostics> {
        self.resources
            .get(type_name)
            .ok_or_else(|| absent::unknown_type("managed resource", type_name))
    }

    /// What an operation on a configured provider has at hand.
    fn context(&self) -> Result<Context<P::Client>, Diagnostics> {
        let configured = self.configured.read();
        let configured = configured.unwrap_or_else(PoisonError::into_inner);
        let Some(configured) = configured.as_ref() else {
            return Err(Diagnostic::error(
                "Provider Not Configured",
                "The host asked for an operation that needs a configured provider before it \
                 configured it. This is a bug in the host or in the provider: please report it.",
            )
            .into());
        };
        Ok(Context::new(
            Arc::clone(&configured.client),
            configured.stop.clone(),
        ))
    }
}

impl<P: Provider> std::fmt::Debug for Server<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("resources", &self.resources.keys())
            .finish_non_exhaustive()
    }
}

/// A resource and what is derived from its schema.
struct Registered<C> {
    resource: Box<dyn AnyResource<C>>,
    schema: Schema,
    ty: Type,
}

impl<C: 'static> Registered<C> {
    fn new(resource: Box<dyn AnyResource<C>>) -> Self {
        let schema = resource.schema();
        let ty = schema.ty();
        Self {
            resource,
            schema,
            ty,
        }
    }
}

/// The client of the latest configuration, and its stop.
struct Configured<C> {
    client: Arc<C>,
    stop: CancellationToken,
}
