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

#[cfg(test)]
mod tests {
    use tonic::Request as Ask;

    use super::{super::testing::*, *};
    use crate::{
        framework::Value,
        wire::proto::{DynamicValue, provider_server::Provider as _},
    };

    async fn generated(state: Option<DynamicValue>) -> Value {
        let request = Request {
            type_name: THING.to_owned(),
            state,
        };
        let server = unconfigured();
        let answer = ask(&server).generate_resource_config(Ask::new(request));
        let answer = answer.await.unwrap().into_inner();
        assert_eq!(answer.diagnostics, []);
        received(answer.config.as_ref(), &thing_type())
    }

    #[tokio::test]
    async fn no_state_gives_a_configuration_with_nothing_in_it() {
        for none in [None, sent(&Value::Null, &thing_type())] {
            assert_eq!(generated(none).await, thing(&[]));
        }
    }

    #[tokio::test]
    async fn a_resource_may_adjust_what_the_rules_made() {
        let state = |region| thing(&[("id", "1"), ("name", "n"), ("status", "ON"), region]);
        for (region, expected) in [
            ("eu", thing(&[("name", "n"), ("region", "eu")])),
            ("home", thing(&[("name", "n")])),
        ] {
            let config = generated(sent(&state(("region", region)), &thing_type())).await;
            assert_eq!(config, expected, "{region}");
        }
    }
}
