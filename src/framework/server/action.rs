//! ValidateActionConfig, PlanAction and InvokeAction.

use std::sync::Arc;

use futures_util::Stream;

use super::{
    Server, answer::outcome, decode, encode, events::driven, registered::Registered,
    stop::until_stopped, validate,
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
        let config = decode::config(request.config.as_ref(), it)?;
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
        futures_util::StreamExt::map(events, |it| Event { r#type: Some(it) })
    }

    fn invocation(
        &self,
        request: &invoke_action::Request,
    ) -> Result<Invocation<P::Client>, Diagnostics> {
        let it = self.actions.get(&request.action_type)?;
        Ok(Invocation {
            action: Arc::clone(it),
            cx: self.context()?,
            config: decode::config(request.config.as_ref(), it)?,
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
        Ok(Completed {
            diagnostics: encode::diagnostics(diagnostics),
        })
    }
}
