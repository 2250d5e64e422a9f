//! ValidateListResourceConfig and ListResource.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::{Stream, StreamExt, future::Either, stream};

use super::{
    Server,
    answer::{outcome, panicked, telling},
    decode, encode,
    events::driven,
    identity,
    registered::Registered,
    stop::until_stopped,
    validate,
};
use crate::{
    framework::{
        AnyListResource, AnyResource, Context, Diagnostic, Diagnostics, Found, List, Listed,
        Provider, Value, planning,
    },
    wire::proto::{
        list_resource::{Event, Request},
        validate_list_resource_config,
    },
};

const RPC: &str = "ListResource";

impl<P: Provider> Server<P> {
    pub(super) async fn validate_list(
        &self,
        request: validate_list_resource_config::Request,
    ) -> Result<validate_list_resource_config::Response, Diagnostics> {
        let it = self.list_resources.get(&request.type_name)?;
        let check = |config| it.handler.validate(config);
        let diagnostics = validate::config(it, request.config.as_ref(), check)?;
        Ok(validate_list_resource_config::Response { diagnostics })
    }

    /// One event per object, up to the limit. An error is the last event.
    pub(super) fn list(&self, request: Request) -> impl Stream<Item = Event> + Send + use<P> {
        let (listing, list) = match self.listing(&request) {
            Ok(it) => it,
            Err(diagnostics) => return Either::Left(stream::iter([telling(diagnostics)])),
        };
        let limit = list.limit;
        let (found, objects) = Found::channel();
        let (listing, working) = (Arc::clone(&listing), listing);
        let work = async move {
            let act = working.perform(list, found);
            let last: Event = outcome(RPC, &request.type_name, act).await;
            (!last.diagnostic.is_empty()).then_some(last)
        };
        let events = driven(work, objects, move |it| listing.event(it));
        let events = AssertUnwindSafe(events).catch_unwind();
        let events = events.map(|it| it.unwrap_or_else(|_| telling(panicked(RPC))));
        Either::Right(events.take(limit))
    }

    fn listing(
        &self,
        request: &Request,
    ) -> Result<(Arc<Listing<P::Client>>, List<Value>), Diagnostics> {
        let lister = self.list_resources.get(&request.type_name)?;
        let list = List {
            config: decode::config(request.config.as_ref(), lister)?,
            limit: usize::try_from(request.limit).unwrap_or_default(),
            with_state: request.include_resource_object,
        };
        let listing = Listing {
            lister: Arc::clone(lister),
            resource: Arc::clone(self.resources.get(&request.type_name)?),
            cx: self.context()?,
            with_state: request.include_resource_object,
        };
        Ok((Arc::new(listing), list))
    }
}

struct Listing<C> {
    lister: Arc<Registered<dyn AnyListResource<C>>>,
    resource: Arc<Registered<dyn AnyResource<C>>>,
    cx: Context<C>,
    with_state: bool,
}

impl<C: Send + Sync + 'static> Listing<C> {
    /// Lists; what is left to say comes as an event without an object.
    async fn perform(
        self: Arc<Self>,
        list: List<Value>,
        found: Found<Value>,
    ) -> Result<Event, Diagnostics> {
        let listed = self.lister.handler.list(&self.cx, list, found);
        let result = until_stopped(self.cx.stop(), listed).await;
        let mut diagnostics = self.cx.take_warnings();
        diagnostics.extend(result.err().unwrap_or_default());
        Ok(telling(diagnostics))
    }

    fn event(&self, listed: Listed<Value>) -> Event {
        self.encoded(listed).unwrap_or_else(telling)
    }

    fn encoded(&self, listed: Listed<Value>) -> Result<Event, Diagnostics> {
        let Listed {
            display_name,
            state,
        } = listed;
        let body = &self.resource.schema.body;
        let state = decode::with_blocks(body, planning::without_write_only(body, state));
        let identity = identity::of(&self.resource, &state)?;
        let object = self
            .with_state
            .then(|| encode::known(&state, &self.resource));
        Ok(Event {
            identity: Some(identity.ok_or_else(|| nameless(&display_name))?),
            display_name,
            resource_object: object.transpose()?,
            diagnostic: encode::diagnostics(self.cx.take_warnings()),
        })
    }
}

fn nameless(display_name: &str) -> Diagnostics {
    Diagnostic::error(
        "Object Without Identity",
        format!(
            "The provider found {display_name:?}, but not what identifies it. This is a bug in the \
             provider: please report it."
        ),
    )
    .into()
}
