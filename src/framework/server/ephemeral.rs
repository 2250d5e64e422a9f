//! ValidateEphemeralResourceConfig, OpenEphemeralResource, RenewEphemeralResource and
//! CloseEphemeralResource.

use super::{Server, decode, encode, stop::until_stopped, validate};
use crate::{
    framework::{Diagnostic, Diagnostics, Path, Private, Provider, planning},
    wire::proto::{
        close_ephemeral_resource, open_ephemeral_resource, renew_ephemeral_resource,
        validate_ephemeral_resource_config,
    },
};

impl<P: Provider> Server<P> {
    pub(super) async fn validate_ephemeral(
        &self,
        request: validate_ephemeral_resource_config::Request,
    ) -> Result<validate_ephemeral_resource_config::Response, Diagnostics> {
        let it = self.ephemeral_resources.get(&request.type_name)?;
        let check = |config| it.handler.validate(config);
        let diagnostics = validate::config(it, request.config.as_ref(), check)?;
        Ok(validate_ephemeral_resource_config::Response { diagnostics })
    }

    pub(super) async fn open(
        &self,
        request: open_ephemeral_resource::Request,
    ) -> Result<open_ephemeral_resource::Response, Diagnostics> {
        let it = self.ephemeral_resources.get(&request.type_name)?;
        let config = decode::config(request.config.as_ref(), it)?;
        let cx = self.context()?;
        let completed = planning::with_defaults(&it.schema.body, &config);
        let opened = until_stopped(cx.stop(), it.handler.open(&cx, completed)).await?;
        let result = decode::with_blocks(&it.schema.body, opened.result);
        if let Some(path) = planning::contradiction(&it.schema.body, &config, &result) {
            return Err(contradicted(path));
        }
        Ok(open_ephemeral_resource::Response {
            diagnostics: encode::diagnostics(cx.take_warnings()),
            renew_at: opened.renew_at.map(Into::into),
            result: Some(encode::known(&result, it)?),
            private: Some(opened.private.to_bytes()),
            deferred: None,
        })
    }

    pub(super) async fn renew(
        &self,
        request: renew_ephemeral_resource::Request,
    ) -> Result<renew_ephemeral_resource::Response, Diagnostics> {
        let it = self.ephemeral_resources.get(&request.type_name)?;
        let private = Private::from_bytes(&request.private.unwrap_or_default())?;
        let cx = self.context()?;
        let renewed = until_stopped(cx.stop(), it.handler.renew(&cx, private)).await?;
        Ok(renew_ephemeral_resource::Response {
            diagnostics: encode::diagnostics(cx.take_warnings()),
            renew_at: renewed.renew_at.map(Into::into),
            private: Some(renewed.private.to_bytes()),
        })
    }

    /// Not cut short by a stop: what was opened should not stay open.
    pub(super) async fn close(
        &self,
        request: close_ephemeral_resource::Request,
    ) -> Result<close_ephemeral_resource::Response, Diagnostics> {
        let it = self.ephemeral_resources.get(&request.type_name)?;
        let private = Private::from_bytes(&request.private.unwrap_or_default())?;
        let cx = self.context()?;
        it.handler.close(&cx, private).await?;
        Ok(close_ephemeral_resource::Response {
            diagnostics: encode::diagnostics(cx.take_warnings()),
        })
    }
}

/// The host would refuse it too, and blame the provider in words that name no place.
fn contradicted(path: Path) -> Diagnostics {
    Diagnostic::error(
        "Configured Value Changed",
        "The provider answered with another value than was configured here. This is a bug in the \
         provider: please report it.",
    )
    .at(path)
    .into()
}
