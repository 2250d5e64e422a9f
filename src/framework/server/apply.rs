//! ApplyResourceChange: creates, updates or deletes.
//!
//! Whatever fails, the answer holds what is true now: what a failed creation or destruction left
//! behind, or the state before. A null state next to an error would lose it.

use super::{Server, decode, encode, identity, registered::Registered};
use crate::{
    framework::{
        AnyResource, Applied, Context, Create, Delete, Diagnostic, Diagnostics, Failed, Private,
        Provider, Update, Value, planning,
    },
    wire::proto::apply_resource_change::{Request, Response},
};

impl<P: Provider> Server<P> {
    pub(super) async fn apply(&self, request: Request) -> Result<Response, Diagnostics> {
        let it = self.resources.get(&request.type_name)?;
        let change = Change {
            config: decode::dynamic(request.config.as_ref(), &it.ty)?,
            prior: decode::dynamic(request.prior_state.as_ref(), &it.ty)?,
            planned: decode::dynamic(request.planned_state.as_ref(), &it.ty)?,
            private: Private::from_bytes(&request.planned_private)?,
        };
        let existed = !change.prior.is_null();
        let cx = self.context()?;
        let outcome = perform(it, &cx, change).await;
        let mut diagnostics = cx.take_warnings();
        diagnostics.extend(outcome.diagnostics);
        // What was deleted keeps its name to the end.
        let kept = request.planned_identity.filter(|_| existed);
        Ok(Response {
            new_identity: identity::of(it, &outcome.state)?.or(kept),
            new_state: Some(encode::dynamic(&outcome.state, &it.ty)?),
            private: outcome.private.to_bytes(),
            diagnostics: encode::diagnostics(diagnostics),
            legacy_type_system: false,
        })
    }
}

struct Change {
    config: Value,
    prior: Value,
    planned: Value,
    private: Private,
}

struct Outcome {
    state: Value,
    private: Private,
    diagnostics: Diagnostics,
}

async fn perform<C: 'static>(
    it: &Registered<dyn AnyResource<C>>,
    cx: &Context<C>,
    change: Change,
) -> Outcome {
    let before = Applied {
        state: change.prior.clone(),
        private: change.private.clone(),
    };
    let written = if change.planned.is_null() {
        change.prior.clone()
    } else {
        change.planned.clone()
    };
    let result = if change.planned.is_null() {
        match delete(it, cx, change).await {
            Ok(()) => return Outcome::gone(),
            Err(failed) => Err(failed),
        }
    } else if change.prior.is_null() {
        create(it, cx, change).await
    } else {
        update(it, cx, change).await
    };
    finish(it, &written, before, result)
}

impl Outcome {
    fn gone() -> Self {
        Self {
            state: Value::Null,
            private: Private::default(),
            diagnostics: Diagnostics::new(),
        }
    }
}

async fn delete<C: 'static>(
    it: &Registered<dyn AnyResource<C>>,
    cx: &Context<C>,
    change: Change,
) -> Result<(), Failed<Value>> {
    let request = Delete {
        prior: it.hidden(change.prior),
        private: change.private,
    };
    it.handler.delete(cx, request).await
}

async fn create<C: 'static>(
    it: &Registered<dyn AnyResource<C>>,
    cx: &Context<C>,
    change: Change,
) -> Result<Applied<Value>, Failed<Value>> {
    let config = it.accepted(change.config);
    let request = Create {
        config: it.hidden(config.map_err(Failed::nothing_changed)?),
        planned: it.hidden(change.planned),
        private: change.private,
    };
    it.handler.create(cx, request).await
}

async fn update<C: 'static>(
    it: &Registered<dyn AnyResource<C>>,
    cx: &Context<C>,
    change: Change,
) -> Result<Applied<Value>, Failed<Value>> {
    let config = it.accepted(change.config);
    let request = Update {
        config: it.hidden(config.map_err(Failed::nothing_changed)?),
        prior: it.hidden(change.prior),
        planned: it.hidden(change.planned),
        private: change.private,
    };
    it.handler.update(cx, request).await
}

fn finish<C>(
    it: &Registered<dyn AnyResource<C>>,
    written: &Value,
    before: Applied<Value>,
    result: Result<Applied<Value>, Failed<Value>>,
) -> Outcome {
    let (left, mut diagnostics) = match result {
        Ok(applied) => (kept(it, written, applied), Diagnostics::new()),
        Err(Failed { diagnostics, left }) => {
            let left = left.map(|left| kept(it, written, *left));
            (left.unwrap_or(before), diagnostics)
        }
    };
    let state = left.state;
    if !state.is_wholly_known() && !diagnostics.has_errors() {
        diagnostics.push(left_unknown());
    }
    Outcome {
        state: planning::known_only(state),
        private: left.private,
        diagnostics,
    }
}

fn kept<C>(
    it: &Registered<dyn AnyResource<C>>,
    written: &Value,
    applied: Applied<Value>,
) -> Applied<Value> {
    Applied {
        state: it.kept(written, applied.state),
        private: applied.private,
    }
}

fn left_unknown() -> Diagnostic {
    Diagnostic::error(
        "Value Still Unknown",
        "The provider left values unknown after apply; they were stored as null. This is a bug in \
         the provider: please report it.",
    )
}
