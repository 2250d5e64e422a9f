//! ValidateResourceConfig.

use super::{Server, decode, encode};
use crate::{
    framework::{Diagnostics, Provider, validation},
    wire::proto::validate_resource_config::{Request, Response},
};

impl<P: Provider> Server<P> {
    pub(super) async fn validate_resource(
        &self,
        request: Request,
    ) -> Result<Response, Diagnostics> {
        let it = self.resource(&request.type_name)?;
        let host = decode::host(request.client_capabilities);
        let config = decode::dynamic(request.config.as_ref(), &it.ty)?;
        let mut found = validation::check(&it.schema.body, &config, host);
        found.extend(it.resource.validate(config));
        Ok(Response {
            diagnostics: encode::diagnostics(found),
        })
    }
}
