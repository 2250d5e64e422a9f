//! ValidateDataResourceConfig and ReadDataSource.

use super::{Server, decode, encode, stop::until_stopped, validate};
use crate::{
    framework::{Diagnostics, Provider, planning},
    wire::proto::{read_data_source, validate_data_resource_config},
};

impl<P: Provider> Server<P> {
    pub(super) async fn validate_data_source(
        &self,
        request: validate_data_resource_config::Request,
    ) -> Result<validate_data_resource_config::Response, Diagnostics> {
        let it = self.data_sources.get(&request.type_name)?;
        let check = |config| it.handler.validate(config);
        let diagnostics = validate::config(it, request.config.as_ref(), check)?;
        Ok(validate_data_resource_config::Response { diagnostics })
    }

    pub(super) async fn read_data_source(
        &self,
        request: read_data_source::Request,
    ) -> Result<read_data_source::Response, Diagnostics> {
        let it = self.data_sources.get(&request.type_name)?;
        let config = decode::config(request.config.as_ref(), it)?;
        let config = planning::with_defaults(&it.schema.body, &config);
        let cx = self.context()?;
        let state = until_stopped(cx.stop(), it.handler.read(&cx, config)).await?;
        Ok(read_data_source::Response {
            state: Some(encode::known(&state, it)?),
            diagnostics: encode::diagnostics(cx.take_warnings()),
            deferred: None,
        })
    }
}
