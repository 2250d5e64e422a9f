//! What one webhook costs in the provider, without host and registry: `cargo bench`.
//!
//! The figures are per webhook. They should not depend on how many there are.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark ends where it cannot go on"
)]

use divan::{Bencher, counter::ItemsCount};
use futures_util::FutureExt;
use terraform_provider_mlflow::{
    framework::{Provider as _, Type, Value, server::Server},
    provider::{Environment, Mlflow},
    wire::{
        json, msgpack,
        proto::{
            DynamicValue, configure_provider, get_provider_schema, plan_resource_change,
            provider_server::Provider as _,
        },
    },
};
use tonic::Request;

const TYPE_NAME: &str = "mlflow_webhook";

const INSTANCES: [usize; 4] = [10, 100, 1_000, 10_000];

fn main() {
    divan::main();
}

/// From the bytes of a configuration to a value.
#[divan::bench]
fn decode(bencher: Bencher<'_, '_>) {
    let ty = webhook_type();
    let bytes = msgpack::encode(&configuration(7, "d"), &ty).unwrap();
    bencher.bench(|| msgpack::decode(&bytes, &ty).unwrap());
}

/// From a value to the bytes of a planned state.
#[divan::bench]
fn encode(bencher: Bencher<'_, '_>) {
    let ty = webhook_type();
    let value = configuration(7, "d");
    bencher.bench(|| msgpack::encode(&value, &ty).unwrap());
}

/// From stored state, as every refresh begins.
#[divan::bench]
fn decode_state(bencher: Bencher<'_, '_>) {
    let ty = webhook_type();
    let bytes = json::encode(&configuration(7, "d"), &ty).unwrap();
    bencher.bench(|| json::decode_state(&bytes, &ty).unwrap());
}

/// Planning with nothing to do: decode two values, plan, check, encode one.
#[divan::bench(args = INSTANCES)]
fn plan_unchanged(bencher: Bencher<'_, '_>, instances: usize) {
    let host = Host::new();
    let requests = host.requests(instances, |host, index| {
        host.request(&configuration(index, "d"), &host.state(index, "d"))
    });
    host.plan_all(bencher, &requests);
}

/// Planning a change of one attribute.
#[divan::bench(args = INSTANCES)]
fn plan_change(bencher: Bencher<'_, '_>, instances: usize) {
    let host = Host::new();
    let requests = host.requests(instances, |host, index| {
        host.request(&configuration(index, "new"), &host.state(index, "old"))
    });
    host.plan_all(bencher, &requests);
}

/// Planning a creation.
#[divan::bench(args = INSTANCES)]
fn plan_creation(bencher: Bencher<'_, '_>, instances: usize) {
    let host = Host::new();
    let requests = host.requests(instances, |host, index| {
        host.request(&configuration(index, "d"), &Value::Null)
    });
    host.plan_all(bencher, &requests);
}

/// What every start does before the handshake.
#[divan::bench]
fn new_server() -> Server<Mlflow> {
    Server::new(provider())
}

/// What nearly every start is asked first.
#[divan::bench]
fn answer_schema(bencher: Bencher<'_, '_>) {
    let server = Server::new(provider());
    bencher.bench(|| {
        let request = Request::new(get_provider_schema::Request::default());
        server.get_provider_schema(request).now_or_never().unwrap()
    });
}

/// A server, and what a host would know of it.
struct Host {
    server: Server<Mlflow>,
    ty: Type,
}

impl Host {
    fn new() -> Self {
        let host = Self {
            server: Server::new(provider()),
            ty: webhook_type(),
        };
        host.configure();
        host
    }

    /// Planning what is here asks the registry nothing; it only has to be named.
    fn configure(&self) {
        let ty = provider().schema().ty();
        let config = object(&ty, r#"{"tracking_uri":"http://127.0.0.1:5000"}"#);
        let request = configure_provider::Request {
            config: Some(message(&config, &ty)),
            ..Default::default()
        };
        let answer = self.server.configure_provider(Request::new(request));
        let answer = answer.now_or_never().unwrap().unwrap().into_inner();
        assert_eq!(answer.diagnostics, []);
    }

    fn requests(
        &self,
        instances: usize,
        request: impl Fn(&Self, usize) -> plan_resource_change::Request,
    ) -> Vec<plan_resource_change::Request> {
        (0..instances).map(|index| request(self, index)).collect()
    }

    /// As a host asks; its own proposal is sent too, though nobody looks at it for long.
    fn request(&self, config: &Value, prior: &Value) -> plan_resource_change::Request {
        plan_resource_change::Request {
            type_name: TYPE_NAME.to_owned(),
            prior_state: Some(message(prior, &self.ty)),
            proposed_new_state: Some(message(config, &self.ty)),
            config: Some(message(config, &self.ty)),
            ..Default::default()
        }
    }

    /// The state that a webhook with this description would have.
    fn state(&self, index: usize, description: &str) -> Value {
        let creation = self.request(&configuration(index, description), &Value::Null);
        let planned = self.plan(creation).planned_state.unwrap();
        let Value::Object(mut state) = msgpack::decode(&planned.msgpack, &self.ty).unwrap() else {
            unreachable!("a webhook is an object")
        };
        for (name, value) in &mut state {
            if value.is_unknown() {
                *value = match &**name {
                    "id" => Value::string(format!("7b0e6d1c-{index:08}")),
                    _ => Value::number(1_760_000_000_000_i64),
                };
            }
        }
        Value::Object(state)
    }

    fn plan(&self, request: plan_resource_change::Request) -> plan_resource_change::Response {
        let answer = self.server.plan_resource_change(Request::new(request));
        let answer = answer.now_or_never().expect("planning waits for nothing");
        let answer = answer.unwrap().into_inner();
        assert_eq!(answer.diagnostics, []);
        answer
    }

    fn plan_all(&self, bencher: Bencher<'_, '_>, requests: &[plan_resource_change::Request]) {
        bencher
            .counter(ItemsCount::new(requests.len()))
            .with_inputs(|| requests.to_vec())
            .bench_local_values(|requests| {
                for request in requests {
                    divan::black_box(self.plan(request));
                }
            });
    }
}

fn provider() -> Mlflow {
    Mlflow::new(Environment::default())
}

fn webhook_type() -> Type {
    let resources = provider().catalogue().resources.into_iter();
    let mut named = resources.filter(|it| it.type_name() == TYPE_NAME);
    named.next().unwrap().schema().ty()
}

fn configuration(index: usize, description: &str) -> Value {
    let json = format!(
        r#"{{
            "name": "deploy-{index}",
            "description": "{description}",
            "events": ["registered_model.created", "model_version.created"],
            "http_url_spec": [{{"url": "https://ci.example.com/hooks/{index}", "secret": "s3cret"}}],
            "job_spec": []
        }}"#
    );
    object(&webhook_type(), &json)
}

/// An object of which the JSON names only what is not null.
fn object(ty: &Type, json: &str) -> Value {
    json::decode_state(json.as_bytes(), ty).unwrap()
}

fn message(value: &Value, ty: &Type) -> DynamicValue {
    DynamicValue {
        msgpack: msgpack::encode(value, ty).unwrap(),
        json: Vec::new(),
    }
}
