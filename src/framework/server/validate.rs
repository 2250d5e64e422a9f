//! ValidateResourceConfig, and what the validations of all kinds share.

use super::{Server, decode, encode, registered::Registered};
use crate::{
    framework::{Diagnostics, Host, Provider, Value, validation},
    wire::proto::{
        self, DynamicValue,
        validate_resource_config::{Request, Response},
    },
};

impl<P: Provider> Server<P> {
    pub(super) async fn validate_resource(
        &self,
        request: Request,
    ) -> Result<Response, Diagnostics> {
        let it = self.resources.get(&request.type_name)?;
        let host = decode::host(request.client_capabilities);
        let config = decode::dynamic(request.config.as_ref(), &it.ty)?;
        let mut found = validation::check(&it.schema.body, &config, host);
        if !found.has_errors() {
            found.extend(it.handler.validate(it.hidden(config)));
        }
        Ok(Response {
            diagnostics: encode::diagnostics(found),
        })
    }
}

/// All that is wrong with a configuration of a kind that knows no write-only arguments.
pub(super) fn config<T: ?Sized>(
    it: &Registered<T>,
    config: Option<&DynamicValue>,
    check: impl FnOnce(Value) -> Diagnostics,
) -> Result<Vec<proto::Diagnostic>, Diagnostics> {
    let config = decode::config(config, it)?;
    let mut found = validation::check(&it.schema.body, &config, Host::default());
    if !found.has_errors() {
        found.extend(check(it.hidden(config)));
    }
    Ok(encode::diagnostics(found))
}
