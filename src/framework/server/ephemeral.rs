//! ValidateEphemeralResourceConfig, OpenEphemeralResource, RenewEphemeralResource and
//! CloseEphemeralResource.

use super::{Server, decode, encode, stop::until_stopped, validate};
use crate::{
    framework::{Diagnostic, Diagnostics, Path, Private, Provider, contradiction, planning},
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
        let config = it.accepted(decode::config(request.config.as_ref(), it)?)?;
        let cx = self.context()?;
        let completed = it.hidden(planning::with_defaults(&it.schema.body, &config));
        let opened = until_stopped(cx.stop(), it.handler.open(&cx, completed)).await?;
        let result = it.kept(&config, opened.result);
        let result = decode::with_blocks(&it.schema.body, result);
        if let Some(path) = contradiction::find(&it.schema.body, &config, &result) {
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

#[cfg(test)]
mod tests {
    use tonic::Request;

    use super::{super::testing::*, *};
    use crate::{
        framework::{
            Value,
            schema::{Attribute, Schema},
        },
        wire::proto::provider_server::Provider as _,
    };

    fn schema() -> Schema {
        Schema::new("The same by its types.")
            .attribute(Attribute::number("length", "L."))
            .attribute(Attribute::string("label", "L."))
            .attribute(Attribute::string("value", "V."))
    }

    async fn open(
        server: &Server<Test>,
        pairs: &[(&str, &str)],
    ) -> open_ephemeral_resource::Response {
        let request = open_ephemeral_resource::Request {
            type_name: THING.to_owned(),
            config: sent(&filled(&schema(), pairs), &schema().ty()),
            client_capabilities: None,
        };
        let answer = ask(server).open_ephemeral_resource(Request::new(request));
        answer.await.unwrap().into_inner()
    }

    #[tokio::test]
    async fn a_value_is_opened_renewed_and_closed() {
        let server = configured().await;
        let opened = open(&server, &[("label", "l")]).await;
        assert_eq!(opened.diagnostics, []);
        let expected = Value::object([
            ("length", Value::number(4_i64)),
            ("label", Value::string("l")),
            ("value", Value::string("xxxx")),
        ]);
        assert_eq!(received(opened.result.as_ref(), &schema().ty()), expected);
        let renew_at = opened.renew_at.unwrap();
        assert_eq!((renew_at.seconds, renew_at.nanos), (1, 500_000_000));

        let request = renew_ephemeral_resource::Request {
            type_name: THING.to_owned(),
            private: opened.private,
        };
        let answer = ask(&server).renew_ephemeral_resource(Request::new(request));
        let renewed = answer.await.unwrap().into_inner();
        assert_eq!(renewed.renew_at, None);

        let request = close_ephemeral_resource::Request {
            type_name: THING.to_owned(),
            private: renewed.private,
        };
        let answer = ask(&server).close_ephemeral_resource(Request::new(request));
        let closed = answer.await.unwrap().into_inner();
        assert_eq!(closed.diagnostics[0].detail, "1", "renewals remembered");
    }

    #[tokio::test]
    async fn a_result_that_is_not_what_was_configured_goes_nowhere() {
        let server = configured().await;
        for (label, summary) in [
            ("lies", "Configured Value Changed"),
            ("fails", "It Failed"),
            ("panics", "Provider Panicked"),
        ] {
            let opened = open(&server, &[("label", label)]).await;
            assert_eq!(told(&opened.diagnostics), [summary], "{label}");
            assert_eq!(opened.result, None);
        }
    }

    #[tokio::test]
    async fn a_close_without_private_data_is_understood() {
        let request = close_ephemeral_resource::Request {
            type_name: THING.to_owned(),
            private: None,
        };
        let server = configured().await;
        let answer = ask(&server).close_ephemeral_resource(Request::new(request));
        let closed = answer.await.unwrap().into_inner();
        assert_eq!(told(&closed.diagnostics), ["Closed"]);
    }
}
