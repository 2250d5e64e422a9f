//! The service that a host calls: looks up who is meant and hands over.
//!
//! Each RPC is decode, act, encode, in the file of its family. Messages of the protocol are seen
//! nowhere outside this folder. Start at [`Server::new`].

mod absent;
mod action;
mod answer;
mod apply;
mod configure;
mod data_source;
mod decode;
mod encode;
mod ephemeral;
mod events;
mod function;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod generate;
mod identity;
mod import;
mod list;
mod plan;
mod read;
mod registered;
mod schema;
mod service;
mod stop;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod trial;
mod upgrade;
mod validate;

use std::sync::{Arc, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;

use self::{function::Functions, registered::Kind};
use super::{
    AnyAction, AnyDataSource, AnyEphemeralResource, AnyListResource, AnyResource, Context,
    Diagnostic, Diagnostics, Provider,
};
use crate::wire::proto::provider_server::ProviderServer;

/// The gRPC service of a provider, ready to be served.
pub type Service<P> = ProviderServer<Server<P>>;

/// Drives a provider as a host asks.
pub struct Server<P: Provider> {
    provider: P,
    resources: Kind<dyn AnyResource<P::Client>>,
    data_sources: Kind<dyn AnyDataSource<P::Client>>,
    ephemeral_resources: Kind<dyn AnyEphemeralResource<P::Client>>,
    list_resources: Kind<dyn AnyListResource<P::Client>>,
    actions: Kind<dyn AnyAction<P::Client>>,
    functions: Functions,
    configured: RwLock<Option<Configured<P::Client>>>,
}

impl<P: Provider> Server<P> {
    /// For this provider, which is configured later, if at all.
    pub fn new(provider: P) -> Self {
        let all = provider.catalogue();
        Self {
            resources: Kind::new("managed resource", all.resources),
            data_sources: Kind::new("data source", all.data_sources),
            ephemeral_resources: Kind::new("ephemeral resource", all.ephemeral_resources),
            list_resources: Kind::new("list resource", all.list_resources),
            actions: Kind::new("action", all.actions),
            functions: function::by_name(all.functions),
            provider,
            configured: RwLock::new(None),
        }
    }

    /// The service as gRPC wants it, still with the default message limits.
    pub fn into_service(self) -> Service<P> {
        ProviderServer::new(self)
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
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

/// The client of the latest configuration, and its stop.
struct Configured<C> {
    client: Arc<C>,
    stop: CancellationToken,
}
