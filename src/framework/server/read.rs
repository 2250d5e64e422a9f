//! ReadResource.

use super::{Server, decode, encode, identity};
use crate::{
    framework::{Diagnostic, Diagnostics, Private, Provider, Read, Value},
    wire::proto::read_resource::{Request, Response},
};

impl<P: Provider> Server<P> {
    /// A null state in the answer drops the instance; so would an absent one without an error.
    pub(super) async fn read(&self, request: Request) -> Result<Response, Diagnostics> {
        let it = self.resources.get(&request.type_name)?;
        let state = decode::dynamic(request.current_state.as_ref(), &it.ty)?;
        if state.is_null() {
            return Err(Diagnostic::error(
                "Nothing to Read",
                "The host asked to refresh an instance without giving its state. Import it by id.",
            )
            .into());
        }
        let cx = self.context()?;
        let private = Private::from_bytes(&request.private)?;
        let read = Read {
            state: it.hidden(state.clone()),
            private,
        };
        let refreshed = it.handler.read(&cx, read).await?;
        let state = it.kept(&state, refreshed.state.unwrap_or(Value::Null));
        Ok(Response {
            new_state: Some(encode::dynamic(&state, &it.ty)?),
            private: refreshed.private.to_bytes(),
            new_identity: identity::of(it, &state)?.or(request.current_identity),
            diagnostics: encode::diagnostics(cx.take_warnings()),
            deferred: None,
        })
    }
}
