//! ValidateProviderConfig, ConfigureProvider and StopProvider: the provider itself.

use std::sync::{Arc, PoisonError};

use tokio_util::sync::CancellationToken;

use super::{Configured, Server, decode, encode};
use crate::{
    framework::{Diagnostics, Host, Provider, Value, left_out, model::row, validation},
    wire::proto::{DynamicValue, configure_provider, stop_provider, validate_provider_config},
};

impl<P: Provider> Server<P> {
    pub(super) async fn validate_provider(
        &self,
        request: validate_provider_config::Request,
    ) -> Result<validate_provider_config::Response, Diagnostics> {
        let schema = self.provider.schema();
        let config = self.provider_config(request.config.as_ref())?;
        let mut found = validation::check(&schema.body, &config, Host::default());
        if !found.has_errors() {
            let config = left_out::hidden(&schema.body, config);
            found.extend(self.provider.validate(row(config)?));
        }
        Ok(validate_provider_config::Response {
            diagnostics: encode::diagnostics(found),
        })
    }

    pub(super) async fn configure(
        &self,
        request: configure_provider::Request,
    ) -> Result<configure_provider::Response, Diagnostics> {
        let schema = self.provider.schema();
        let config = self.provider_config(request.config.as_ref())?;
        validation::refuse(&schema.body, &config)?;
        let config = left_out::hidden(&schema.body, config);
        let mut warnings = Diagnostics::new();
        let client = self.provider.configure(row(config)?, &mut warnings)?;
        let configured = Configured {
            client: Arc::new(client),
            // One process may serve many runs, each configured anew; a stop ends only its own.
            stop: CancellationToken::new(),
        };
        let latest = self.configured.write();
        *latest.unwrap_or_else(PoisonError::into_inner) = Some(configured);
        Ok(configure_provider::Response {
            diagnostics: encode::diagnostics(warnings),
        })
    }

    pub(super) fn stop(&self) -> stop_provider::Response {
        let configured = self.configured.read();
        let configured = configured.unwrap_or_else(PoisonError::into_inner);
        if let Some(configured) = configured.as_ref() {
            configured.stop.cancel();
        }
        stop_provider::Response::default()
    }

    /// A provider block that is left out may arrive as null: all of it is unset then.
    fn provider_config(&self, config: Option<&DynamicValue>) -> Result<Value, Diagnostics> {
        let schema = self.provider.schema();
        let config = decode::dynamic(config, &schema.ty())?;
        if config.is_null() {
            return Ok(schema.body.unset());
        }
        Ok(config)
    }
}
