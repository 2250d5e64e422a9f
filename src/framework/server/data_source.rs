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
        let config = it.accepted(decode::config(request.config.as_ref(), it)?)?;
        let config = planning::with_defaults(&it.schema.body, &config);
        let cx = self.context()?;
        let read = it.handler.read(&cx, it.hidden(config.clone()));
        let state = it.kept(&config, until_stopped(cx.stop(), read).await?);
        Ok(read_data_source::Response {
            state: Some(encode::known(&state, it)?),
            diagnostics: encode::diagnostics(cx.take_warnings()),
            deferred: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

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
            .attribute(Attribute::string("name", "N."))
            .attribute(Attribute::number("most", "M."))
            .attribute(Attribute::string("id", "I."))
    }

    async fn read(server: &Server<Test>, name: &str) -> read_data_source::Response {
        let request = read_data_source::Request {
            type_name: THING.to_owned(),
            config: sent(&filled(&schema(), &[("name", name)]), &schema().ty()),
            ..Default::default()
        };
        let answer = ask(server).read_data_source(Request::new(request)).await;
        answer.unwrap().into_inner()
    }

    #[tokio::test]
    async fn what_is_found_comes_with_what_was_asked_and_the_defaults() {
        let answer = read(&configured().await, "n").await;
        assert_eq!(answer.diagnostics, []);
        let expected = Value::object([
            ("name", Value::string("n")),
            ("most", Value::number(10_i64)),
            ("id", Value::string("1")),
        ]);
        assert_eq!(received(answer.state.as_ref(), &schema().ty()), expected);
    }

    #[tokio::test]
    async fn failures_and_gaps_are_errors_without_a_state() {
        for (name, summary) in [
            ("fails", "It Failed"),
            ("panics", "Provider Panicked"),
            ("forgets", "Value Missing"),
        ] {
            let answer = read(&configured().await, name).await;
            assert_eq!(told(&answer.diagnostics), [summary], "{name}");
            assert_eq!(answer.state, None);
        }
        let answer = read(&unconfigured(), "n").await;
        assert_eq!(told(&answer.diagnostics), ["Provider Not Configured"]);
    }

    #[tokio::test]
    async fn a_validation_needs_neither_configuration_nor_known_values() {
        for (name, expected) in [("?", &[][..]), ("fails", &["It Failed"])] {
            let request = validate_data_resource_config::Request {
                type_name: THING.to_owned(),
                config: sent(&filled(&schema(), &[("name", name)]), &schema().ty()),
            };
            let server = unconfigured();
            let answer = ask(&server).validate_data_resource_config(Request::new(request));
            let answer = answer.await.unwrap().into_inner();
            assert_eq!(told(&answer.diagnostics), expected, "{name}");
        }
    }

    #[tokio::test]
    async fn a_stop_ends_a_read_that_does_not_heed_it() {
        let server = configured().await;
        let start = Instant::now();
        let (answer, ()) = tokio::join!(read(&server, "hangs"), stop(&server));
        assert_eq!(told(&answer.diagnostics), ["Operation Stopped"]);
        assert!(start.elapsed() < Duration::from_secs(1));
        assert_eq!(going_on(&server), 0);
    }
}
