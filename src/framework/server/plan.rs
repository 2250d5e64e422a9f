//! PlanResourceChange: called at plan time, and again with what is known by then before apply.

use super::{Server, decode, encode, identity, registered::Registered};
use crate::{
    framework::{AnyResource, Context, Diagnostics, Plan, Private, Provider, Value, planning},
    wire::proto::plan_resource_change::{Request, Response},
};

impl<P: Provider> Server<P> {
    pub(super) async fn plan(&self, request: Request) -> Result<Response, Diagnostics> {
        let it = self.resources.get(&request.type_name)?;
        let cx = self.context()?;
        let mut response = if decode::is_null(request.proposed_new_state.as_ref()) {
            destruction(it, &cx, request).await?
        } else {
            change(it, &cx, request).await?
        };
        response.diagnostics = encode::diagnostics(cx.take_warnings());
        Ok(response)
    }
}

async fn change<C: 'static>(
    it: &Registered<dyn AnyResource<C>>,
    cx: &Context<C>,
    request: Request,
) -> Result<Response, Diagnostics> {
    let config = it.accepted(decode::dynamic(request.config.as_ref(), &it.ty)?)?;
    let prior = decode::dynamic(request.prior_state.as_ref(), &it.ty)?;
    let private = Private::from_bytes(&request.prior_private)?;
    let planned = planning::plan(&it.schema.body, &config, &prior);
    let plan = Plan {
        state: it.hidden(planned.state.clone()),
        replace: planned.replace,
        private: private.clone(),
    };
    let host = decode::host(request.client_capabilities);
    let before = it.hidden(prior.clone());
    let plan = it
        .handler
        .plan(cx, it.hidden(config), before.clone(), host, plan);
    let plan = plan.await?;
    if !prior.is_null() && !plan.replace.is_empty() {
        it.handler.plan_destroy(cx, before, &private).await?;
    }
    let state = it.kept(&planned.state, plan.state);
    let identity = identity::planned(it, &prior, request.prior_identity, &state)?;
    Ok(Response {
        planned_state: Some(encode::dynamic(&state, &it.ty)?),
        requires_replace: plan.replace.iter().map(encode::path).collect(),
        planned_private: plan.private.to_bytes(),
        planned_identity: identity,
        ..Default::default()
    })
}

/// What the instance remembers goes along, or its destruction would not see it.
async fn destruction<C: 'static>(
    it: &Registered<dyn AnyResource<C>>,
    cx: &Context<C>,
    request: Request,
) -> Result<Response, Diagnostics> {
    let prior = decode::dynamic(request.prior_state.as_ref(), &it.ty)?;
    if !prior.is_null() {
        let private = Private::from_bytes(&request.prior_private)?;
        let prior = it.hidden(prior);
        it.handler.plan_destroy(cx, prior, &private).await?;
    }
    Ok(Response {
        planned_state: Some(encode::dynamic(&Value::Null, &it.ty)?),
        planned_private: request.prior_private,
        planned_identity: request.prior_identity,
        ..Default::default()
    })
}
