//! Hosts of years ago, Terraform 1.5 and OpenTofu 1.6: no capabilities, no identities, no write-only
//! arguments. And hosts of years to come, which send fields that nobody here has heard of.

use prost::{
    Message,
    bytes::{Buf, BufMut},
};
use serde_json::json;
use terraform_provider_mlflow::wire::{
    Type, Value, msgpack,
    proto::{
        call_function, import_resource_state, plan_resource_change, read_data_source,
        validate_resource_config,
    },
};
use tonic::{
    Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

use crate::support::{
    Case, cases,
    host::{ORIGIN, run},
    mlflow::Server,
    session::{
        Kept, Session, URL, WEBHOOK, calling, config_of, data_source, decoded, encoded, has_error,
        told, webhook, webhook_value, with, written,
    },
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        a_host_without_capabilities_manages_webhooks,
        a_host_without_capabilities_looks_up_and_calls,
        write_only_arguments_are_refused_by_their_path,
        a_version_without_a_value_is_refused_too,
        nothing_is_promised_about_what_is_not_known_yet,
        fields_of_later_protocols_are_read_over,
    ]
}

fn a_host_without_capabilities_manages_webhooks() {
    let server = Server::shared();
    run(async {
        let mut session = Session::older(&server.url()).await;
        let name = unique("older");
        let config = calling(&name, URL, json!({"secret": "s3cret"}));
        let kept = forgetful(session.create(&config).await);
        let same = session.plan(&kept, &config).await;
        assert_eq!(decoded(same.planned_state.as_ref()), kept.state);
        let read = session.read(&kept).await;
        assert_eq!(told(&read.diagnostics), [""; 0]);
        assert_eq!(decoded(read.new_state.as_ref()), kept.state);
        assert_eq!(read.private, kept.private);
        let id = kept.state.get("id").as_str().unwrap();
        expect_imported(&mut session, id).await;
        let paused = with(&config, "status", Value::string("DISABLED"));
        let kept = forgetful(session.change(&kept, &paused).await);
        assert_eq!(server.rest().webhook_named(&name)["status"], "DISABLED");
        session.destroy(&kept).await;
        assert!(server.rest().webhooks_named(&name).is_empty());
        session.end().await;
    });
}

/// Such a host skips identities, as everything that it does not know.
fn forgetful(kept: Kept) -> Kept {
    Kept {
        identity: None,
        ..kept
    }
}

async fn expect_imported(session: &mut Session, id: &str) {
    let request = import_resource_state::Request {
        type_name: WEBHOOK.to_owned(),
        id: id.to_owned(),
        ..Default::default()
    };
    let answer = session.provider.import_resource_state(request).await;
    let imported = answer.unwrap().into_inner().imported_resources.remove(0);
    let kept = Kept {
        state: decoded(imported.state.as_ref()),
        private: imported.private,
        identity: None,
    };
    let read = session.read(&kept).await;
    assert_eq!(told(&read.diagnostics), [""; 0]);
    let state = decoded(read.new_state.as_ref());
    assert_eq!(state.get("id").as_str(), Some(id));
}

fn a_host_without_capabilities_looks_up_and_calls() {
    let server = Server::shared();
    run(async {
        let mut session = Session::older(&server.url()).await;
        let schema = data_source("mlflow_webhooks");
        let regex = Value::string("^no-such-name$");
        let request = read_data_source::Request {
            type_name: "mlflow_webhooks".to_owned(),
            config: Some(config_of(&schema, &[("name_regex", regex)])),
            ..Default::default()
        };
        let answer = session.provider.read_data_source(request).await;
        let answer = answer.unwrap().into_inner();
        assert_eq!(told(&answer.diagnostics), [""; 0]);
        let found = msgpack::decode(&answer.state.unwrap().msgpack, &schema.ty()).unwrap();
        assert_eq!(*found.get("ids"), Value::List(vec![]));
        let text = || encoded(&Value::string("x"), &Type::String);
        let request = call_function::Request {
            name: "databricks_webhook_signature".to_owned(),
            arguments: vec![text(), text()],
        };
        let answer = session.provider.call_function(request).await;
        assert_eq!(answer.unwrap().into_inner().error, None);
        session.end().await;
    });
}

fn write_only_arguments_are_refused_by_their_path() {
    run(async {
        let mut session = Session::older("http://127.0.0.1:9").await;
        let http = |name: &str| calling("n", URL, json!({name: "hush"}));
        let job = webhook(json!({
            "events": ["registered_model.created"],
            "job_spec": [{"job_id": "7", "access_token_wo": "hush"}],
        }));
        for (config, path) in [
            (http("secret_wo"), "http_url_spec[0].secret_wo"),
            (
                http("authorization_wo"),
                "http_url_spec[0].authorization_wo",
            ),
            (job, "job_spec[0].access_token_wo"),
        ] {
            let found = session.validate(&config).await;
            let refused: Vec<_> = found
                .iter()
                .filter(|it| it.summary == "Write-only Argument Not Supported")
                .collect();
            assert_eq!(refused.len(), 1, "{found:?}");
            assert!(has_error(&found));
            assert_eq!(written(refused[0].attribute.as_ref()), path);
            for word in ["Terraform 1.11", "OpenTofu 1.11", "Upgrade"] {
                assert!(refused[0].detail.contains(word), "{}", refused[0].detail);
            }
            assert!(!found.iter().any(|it| it.detail.contains("hush")));
        }
        let plain = session.validate(&http("secret")).await;
        assert_eq!(told(&plain), [""; 0]);
        session.end().await;
    });
}

/// Hosts before Terraform 1.6 do not read what is said about an unknown value, and those that do hold
/// the provider to it.
fn a_version_without_a_value_is_refused_too() {
    run(async {
        let mut session = Session::older("http://127.0.0.1:9").await;
        let config = calling("older", URL, json!({"secret_wo_version": 1}));
        let found = session.validate(&config).await;
        assert_eq!(told(&found), ["Missing Value"]);
        let path = written(found[0].attribute.as_ref());
        assert_eq!(path, "http_url_spec[0].secret_wo");
        session.end().await;
    });
}

fn nothing_is_promised_about_what_is_not_known_yet() {
    run(async {
        let mut session = Session::older("http://127.0.0.1:9").await;
        let config = calling("n", URL, json!({}));
        let planned = session.plan(&Kept::default(), &config).await;
        let planned = decoded(planned.planned_state.as_ref());
        assert_eq!(*planned.get("id"), Value::UNKNOWN);
        session.end().await;
    });
}

fn fields_of_later_protocols_are_read_over() {
    run(async {
        let session = Session::at("http://127.0.0.1:9").await;
        let config = webhook_value(&calling("n", URL, json!({})));
        let validate = validate_resource_config::Request {
            type_name: WEBHOOK.to_owned(),
            config: Some(config.clone()),
            client_capabilities: session.capabilities,
        };
        let answer = later(&session, "ValidateResourceConfig", &validate).await;
        let answer = validate_resource_config::Response::decode(&answer[..]).unwrap();
        assert_eq!(told(&answer.diagnostics), [""; 0]);
        let plan = plan_resource_change::Request {
            type_name: WEBHOOK.to_owned(),
            proposed_new_state: Some(config.clone()),
            config: Some(config),
            ..Default::default()
        };
        let answer = later(&session, "PlanResourceChange", &plan).await;
        let answer = plan_resource_change::Response::decode(&answer[..]).unwrap();
        assert_eq!(told(&answer.diagnostics), [""; 0]);
        let planned = decoded(answer.planned_state.as_ref());
        assert_eq!(planned.get("name").as_str(), Some("n"));
        session.end().await;
    });
}

/// The answer to a request that has more fields than we know, of each kind that there is.
async fn later(session: &Session, rpc: &str, request: &impl Message) -> Vec<u8> {
    const NUMBER: [u8; 4] = [0xc0, 0xbb, 0x01, 0x07];
    const TEXT: [u8; 5] = [0xca, 0xbb, 0x01, 0x01, b'x'];
    const WORD: [u8; 7] = [0xd5, 0xbb, 0x01, 1, 2, 3, 4];
    let octets = [&NUMBER[..], &request.encode_to_vec(), &TEXT, &WORD].concat();
    let connection = session.host.connection();
    let mut client = tonic::client::Grpc::with_origin(connection, ORIGIN.clone());
    client.ready().await.unwrap();
    let path = format!("/tfplugin6.Provider/{rpc}").parse().unwrap();
    let answer = client
        .unary(tonic::Request::new(octets), path, Octets)
        .await;
    answer.unwrap().into_inner()
}

/// Messages as they are.
#[derive(Clone, Copy, Default)]
struct Octets;

impl Codec for Octets {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Octets {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, octets: Vec<u8>, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put_slice(&octets);
        Ok(())
    }
}

impl Decoder for Octets {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let length = from.remaining();
        Ok(Some(from.copy_to_bytes(length).to_vec()))
    }
}
