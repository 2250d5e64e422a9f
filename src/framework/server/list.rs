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
        Provider, Value,
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
        let listing = match self.listing(&request) {
            Ok(it) => Arc::new(it),
            Err(diagnostics) => return Either::Left(stream::iter([telling(diagnostics)])),
        };
        let limit = listing.list.limit;
        let (found, objects) = Found::channel();
        let working = Arc::clone(&listing);
        let work = async move {
            let act = working.perform(found);
            let last: Event = outcome(RPC, &request.type_name, act).await;
            (!last.diagnostic.is_empty()).then_some(last)
        };
        let events = driven(work, objects, move |it| listing.event(it));
        let events = AssertUnwindSafe(events).catch_unwind();
        let events = events.map(|it| it.unwrap_or_else(|_| telling(panicked(RPC))));
        Either::Right(events.take(limit))
    }

    fn listing(&self, request: &Request) -> Result<Listing<P::Client>, Diagnostics> {
        let lister = self.list_resources.get(&request.type_name)?;
        let config = lister.accepted(decode::config(request.config.as_ref(), lister)?)?;
        let list = List {
            config: lister.hidden(config),
            limit: usize::try_from(request.limit).unwrap_or_default(),
            with_state: request.include_resource_object,
        };
        Ok(Listing {
            lister: Arc::clone(lister),
            resource: Arc::clone(self.resources.get(&request.type_name)?),
            cx: self.context()?,
            list,
        })
    }
}

struct Listing<C> {
    lister: Arc<Registered<dyn AnyListResource<C>>>,
    resource: Arc<Registered<dyn AnyResource<C>>>,
    cx: Context<C>,
    list: List<Value>,
}

impl<C: Send + Sync + 'static> Listing<C> {
    /// Lists; what is left to say comes as an event without an object.
    async fn perform(self: Arc<Self>, found: Found<Value>) -> Result<Event, Diagnostics> {
        let list = self.list.clone();
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
        let state = self.resource.kept(&Value::Null, state);
        let state = decode::with_blocks(&self.resource.schema.body, state);
        let identity = identity::of(&self.resource, &state)?;
        let object = self
            .list
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

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::Ordering,
        time::{Duration, Instant},
    };

    use tonic::Request as Ask;

    use super::{super::testing::*, *};
    use crate::wire::proto::provider_server::Provider as _;

    async fn started(
        server: &Server<Test>,
        word: &str,
        limit: i64,
        with_state: bool,
    ) -> impl Stream<Item = Event> + Unpin + use<> {
        let request = Request {
            type_name: THING.to_owned(),
            config: if word.is_empty() { None } else { text(word) },
            include_resource_object: with_state,
            limit,
        };
        let answer = ask(server).list_resource(Ask::new(request)).await;
        answer.unwrap().into_inner().map(Result::unwrap)
    }

    async fn listed(server: &Server<Test>, word: &str, limit: i64) -> Vec<Event> {
        started(server, word, limit, false).await.collect().await
    }

    fn names(events: &[Event]) -> Vec<&str> {
        events.iter().map(|it| it.display_name.as_str()).collect()
    }

    #[tokio::test]
    async fn each_object_has_an_identity_and_its_state_where_that_is_wanted() {
        let server = configured().await;
        for with_state in [false, true] {
            let events: Vec<_> = started(&server, "", 100, with_state).await.collect().await;
            assert_eq!(names(&events), ["Thing 1", "Thing 2", "Thing 3"]);
            assert_eq!(events[1].identity, identity("2", None));
            let object = events[1].resource_object.as_ref();
            assert_eq!(object.is_some(), with_state);
            if with_state {
                let state = thing(&[("id", "2")]);
                assert_eq!(received(object, &thing_type()), state, "and no secret");
            }
        }
    }

    #[tokio::test]
    async fn it_stops_at_the_limit_and_its_work_with_it() {
        let server = configured().await;
        for (limit, expected) in [(2, 2), (0, 0), (-1, 0)] {
            assert_eq!(listed(&server, "", limit).await.len(), expected);
        }
        let events = listed(&server, "endless", 50).await;
        assert_eq!(events.len(), 50);
        assert_eq!(going_on(&server), 0);
        let steps = server
            .context()
            .unwrap()
            .client()
            .steps
            .load(Ordering::Relaxed);
        assert!(steps < 60, "{steps}");
    }

    #[tokio::test]
    async fn an_error_is_the_last_event() {
        for (word, summary) in [("fails", "It Failed"), ("panics", "Provider Panicked")] {
            let events = listed(&configured().await, word, 100).await;
            assert_eq!(names(&events), ["Thing 1", "Thing 2", "Thing 3", ""]);
            assert_eq!(told(&events[3].diagnostic), [summary]);
        }
        let events = listed(&configured().await, "forgets", 100).await;
        assert_eq!(told(&events[0].diagnostic), ["Object Without Identity"]);
        let events = listed(&unconfigured(), "", 100).await;
        assert_eq!(told(&events[0].diagnostic), ["Provider Not Configured"]);
    }

    #[tokio::test]
    async fn a_stop_ends_it_within_a_second() {
        for (word, summary) in [("waits", "Ended in Order"), ("hangs", "Operation Stopped")] {
            let server = configured().await;
            let start = Instant::now();
            let (events, ()) = tokio::join!(listed(&server, word, 100), stop(&server));
            assert_eq!(told(&events[3].diagnostic), [summary]);
            assert!(start.elapsed() < Duration::from_secs(1), "{word}");
        }
    }

    #[tokio::test]
    async fn a_host_that_goes_away_ends_it() {
        let server = configured().await;
        let mut events = started(&server, "endless", i64::MAX, false).await;
        assert!(events.next().await.is_some());
        assert_eq!(going_on(&server), 1);
        drop(events);
        assert_eq!(going_on(&server), 0);
    }
}
