//! GenerateResourceConfig: a configuration that an imported object already fits.

use super::{Server, decode, encode};
use crate::{
    framework::{Diagnostics, Provider, generation},
    wire::proto::generate_resource_config::{Request, Response},
};

impl<P: Provider> Server<P> {
    /// Hosts may send no state; the answer is a configuration with nothing in it then.
    pub(super) async fn generate(&self, request: Request) -> Result<Response, Diagnostics> {
        let it = self.resources.get(&request.type_name)?;
        let state = decode::dynamic(request.state.as_ref(), &it.ty)?;
        let config = if state.is_null() {
            it.schema.body.unset()
        } else {
            let config = generation::configuration(&it.schema.body, state.clone());
            it.handler.generate(state, config)?
        };
        Ok(Response {
            config: Some(encode::known(&config, it)?),
            diagnostics: Vec::new(),
        })
    }
}
