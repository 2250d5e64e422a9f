//! ValidateActionConfig, PlanAction and InvokeAction.

use std::sync::Arc;

use futures_util::{Stream, StreamExt};

use super::{
    Server,
    answer::{outcome, telling},
    decode, encode,
    events::driven,
    registered::Registered,
    stop::until_stopped,
    validate,
};
use crate::{
    framework::{AnyAction, Context, Diagnostics, Invoke, Progress, Provider, Value},
    wire::proto::{
        invoke_action::{
            self, Event,
            event::{self, Completed},
        },
        plan_action, validate_action_config,
    },
};

impl<P: Provider> Server<P> {
    pub(super) async fn validate_action(
        &self,
        request: validate_action_config::Request,
    ) -> Result<validate_action_config::Response, Diagnostics> {
        let it = self.actions.get(&request.type_name)?;
        let check = |config| it.handler.validate(config);
        let diagnostics = validate::config(it, request.config.as_ref(), check)?;
        Ok(validate_action_config::Response { diagnostics })
    }

    pub(super) async fn plan_action(
        &self,
        request: plan_action::Request,
    ) -> Result<plan_action::Response, Diagnostics> {
        let it = self.actions.get(&request.action_type)?;
        let config = it.accepted(decode::config(request.config.as_ref(), it)?)?;
        let config = it.hidden(config);
        let cx = self.context()?;
        until_stopped(cx.stop(), it.handler.plan(&cx, config)).await?;
        Ok(plan_action::Response {
            diagnostics: encode::diagnostics(cx.take_warnings()),
            deferred: None,
        })
    }

    /// Progress while it goes, then exactly one completion. An event that is neither would crash
    /// the host, and a missing completion would pass for success.
    pub(super) fn invoke(
        &self,
        request: invoke_action::Request,
    ) -> impl Stream<Item = Event> + Send + use<P> {
        let invocation = self.invocation(&request);
        let (progress, messages) = Progress::channel();
        let work = async move {
            let act = async { invocation?.perform(progress).await };
            let completed = outcome("InvokeAction", &request.action_type, act).await;
            Some(event::Type::Completed(completed))
        };
        let progressed = |message| event::Type::Progress(event::Progress { message });
        let events = driven(work, messages, progressed);
        events.map(|it| Event { r#type: Some(it) })
    }

    fn invocation(
        &self,
        request: &invoke_action::Request,
    ) -> Result<Invocation<P::Client>, Diagnostics> {
        let it = self.actions.get(&request.action_type)?;
        let config = it.accepted(decode::config(request.config.as_ref(), it)?)?;
        Ok(Invocation {
            action: Arc::clone(it),
            cx: self.context()?,
            config: it.hidden(config),
        })
    }
}

struct Invocation<C> {
    action: Arc<Registered<dyn AnyAction<C>>>,
    cx: Context<C>,
    config: Value,
}

impl<C: 'static> Invocation<C> {
    async fn perform(self, progress: Progress) -> Result<Completed, Diagnostics> {
        let Self { action, cx, config } = self;
        let request = Invoke { config, progress };
        let result = until_stopped(cx.stop(), action.handler.invoke(&cx, request)).await;
        let mut diagnostics = cx.take_warnings();
        diagnostics.extend(result.err().unwrap_or_default());
        Ok(telling(diagnostics))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use tonic::Request;

    use super::{super::testing::*, *};
    use crate::wire::proto::provider_server::Provider as _;

    async fn started(
        server: &Server<Test>,
        word: &str,
    ) -> impl Stream<Item = Event> + Unpin + use<> {
        let request = invoke_action::Request {
            action_type: THING.to_owned(),
            config: text(word),
            client_capabilities: None,
        };
        let answer = ask(server).invoke_action(Request::new(request)).await;
        answer.unwrap().into_inner().map(Result::unwrap)
    }

    /// The messages, and the summaries of the one completion at the end.
    async fn invoked(server: &Server<Test>, word: &str) -> (Vec<String>, Vec<String>) {
        let mut events: Vec<_> = started(server, word).await.collect().await;
        let Some(event::Type::Completed(completed)) = events.pop().and_then(|it| it.r#type) else {
            return (vec![], vec!["no completion".to_owned()]);
        };
        let messages = events.into_iter().map(|it| match it.r#type {
            Some(event::Type::Progress(it)) => it.message,
            other => format!("{other:?}"),
        });
        let summaries = told(&completed.diagnostics);
        (
            messages.collect(),
            summaries.into_iter().map(str::to_owned).collect(),
        )
    }

    #[tokio::test]
    async fn progress_comes_first_and_one_completion_last() {
        let server = configured().await;
        for (word, expected) in [
            ("", &["Careful"][..]),
            ("fails", &["Careful", "It Failed"]),
            ("panics", &["Provider Panicked"]),
        ] {
            let (messages, summaries) = invoked(&server, word).await;
            assert_eq!(messages, ["one", "two"], "{word}");
            assert_eq!(summaries, expected, "{word}");
        }
    }

    #[tokio::test]
    async fn what_cannot_begin_completes_with_the_reason() {
        let (messages, summaries) = invoked(&unconfigured(), "").await;
        assert!(messages.is_empty());
        assert_eq!(summaries, ["Provider Not Configured"]);
        let request = invoke_action::Request {
            action_type: "test_other".to_owned(),
            ..Default::default()
        };
        let server = configured().await;
        let answer = ask(&server).invoke_action(Request::new(request)).await;
        let events: Vec<_> = answer.unwrap().into_inner().collect().await;
        let [
            Ok(Event {
                r#type: Some(event::Type::Completed(completed)),
            }),
        ] = events.as_slice()
        else {
            unreachable!("{events:?}")
        };
        assert_eq!(told(&completed.diagnostics), ["Unknown Type"]);
    }

    #[tokio::test]
    async fn a_stop_ends_it_within_a_second() {
        for (word, expected) in [("waits", "Ended in Order"), ("hangs", "Operation Stopped")] {
            let server = configured().await;
            let start = Instant::now();
            let (answer, ()) = tokio::join!(invoked(&server, word), stop(&server));
            assert_eq!(answer.1, ["Careful", expected]);
            assert!(start.elapsed() < Duration::from_secs(1), "{word}");
            assert_eq!(going_on(&server), 0);
        }
    }

    #[tokio::test]
    async fn a_host_that_goes_away_ends_it() {
        let server = configured().await;
        let mut events = started(&server, "hangs").await;
        for _ in 0..2 {
            assert!(events.next().await.is_some());
        }
        let more = tokio::time::timeout(Duration::from_millis(10), events.next()).await;
        assert!(more.is_err());
        assert_eq!(going_on(&server), 1);
        drop(events);
        assert_eq!(going_on(&server), 0);
    }

    #[tokio::test]
    async fn a_plan_may_refuse_and_sees_unknown_values() {
        let server = configured().await;
        for (config, expected) in [
            (text("?"), &[][..]),
            (text("never"), &["It Failed"]),
            (None, &[]),
        ] {
            let request = plan_action::Request {
                action_type: THING.to_owned(),
                config,
                client_capabilities: None,
            };
            let answer = ask(&server).plan_action(Request::new(request)).await;
            let answer = answer.unwrap().into_inner();
            assert_eq!(told(&answer.diagnostics), expected);
            assert_eq!(answer.deferred, None);
        }
    }
}
