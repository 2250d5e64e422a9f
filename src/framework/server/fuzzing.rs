//! Any bytes as a request of a host, for the crate's fuzz targets.

#![allow(
    clippy::expect_used,
    reason = "a broken promise ends a fuzzer, whose only user is us"
)]

use std::fmt;

use futures_util::FutureExt;
use prost::Message;
use tonic::Request;

use super::Server;
use crate::{
    framework::Provider,
    wire::{
        json, msgpack,
        proto::{self, DynamicValue, configure_provider, provider_server::Provider as Service},
    },
};

/// The first byte says which RPC, the rest is the message. It must neither panic nor wait; the RPCs
/// that ask no registry meet a provider that is configured like this.
pub(crate) fn rpc<P: Provider>(provider: fn() -> P, config: &[u8], bytes: &[u8]) {
    let Some((which, message)) = bytes.split_first() else {
        return;
    };
    if let Some(answer) = answer_to(*which, message, provider, config) {
        assert!(!answer.contains("ran into a bug of its own"), "{answer}");
    }
}

/// RPCs that ask the registry nothing meet a configured provider, all others one that is not.
macro_rules! answers {
    ($which:expr, $message:expr, $configured:expr, $fresh:expr, { $($rpc:ident),* $(,)? }, { $($unconfigured:ident),* $(,)? }) => {{
        let mut rpcs = 0..;
        let mut is_meant = || rpcs.next() == Some($which);
        $(if is_meant() {
            let request = Request::new(proto::$rpc::Request::decode($message).ok()?);
            return answer(Service::$rpc(&$configured(), request));
        })*
        $(if is_meant() {
            let request = Request::new(proto::$unconfigured::Request::decode($message).ok()?);
            return answer(Service::$unconfigured(&$fresh(), request));
        })*
        None
    }};
}

/// The answer to that request, if the bytes are one.
fn answer_to<P: Provider>(
    which: u8,
    message: &[u8],
    provider: fn() -> P,
    config: &[u8],
) -> Option<String> {
    let configured = || configured(provider(), config);
    let fresh = || Server::new(provider());
    answers!(which, message, configured, fresh, {
        plan_resource_change,
        validate_resource_config,
        validate_provider_config,
        validate_data_resource_config,
        validate_list_resource_config,
        validate_action_config,
        validate_ephemeral_resource_config,
        upgrade_resource_state,
        upgrade_resource_identity,
        move_resource_state,
        import_resource_state,
        generate_resource_config,
        open_ephemeral_resource,
        renew_ephemeral_resource,
        close_ephemeral_resource,
        call_function,
    }, {
        configure_provider,
        read_resource,
        apply_resource_change,
        read_data_source,
        plan_action,
    })
}

/// None of these requests waits for anything.
fn answer<R: fmt::Debug>(
    answer: impl Future<Output = Result<tonic::Response<R>, tonic::Status>>,
) -> Option<String> {
    let answer = answer.now_or_never().expect("an answer without waiting");
    Some(format!("{answer:?}"))
}

fn configured<P: Provider>(provider: P, config: &[u8]) -> Server<P> {
    let ty = provider.schema().ty();
    let config = json::decode_state(config, &ty).expect("a configuration");
    let request = configure_provider::Request {
        config: Some(DynamicValue {
            msgpack: msgpack::encode(&config, &ty).expect("a configuration"),
            json: Vec::new(),
        }),
        ..Default::default()
    };
    let server = Server::new(provider);
    let answer = Service::configure_provider(&server, Request::new(request));
    assert!(matches!(answer.now_or_never(), Some(Ok(_))));
    server
}
