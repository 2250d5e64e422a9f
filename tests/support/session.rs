//! A host's dealings with one process: requests as a host makes them, and what every host wants of
//! every answer. Start at [`Session::at`].

use std::time::Duration;

use serde_json::{Value as Json, json};
use terraform_provider_mlflow::{
    framework::{Provider as _, schema::Schema},
    provider::{Environment, Mlflow},
    wire::{
        Type, Value, json as wire_json, msgpack,
        proto::{
            AttributePath, ClientCapabilities, Diagnostic, DynamicValue, RawState,
            ResourceIdentityData, apply_resource_change as apply, attribute_path::step::Selector,
            configure_provider, plan_resource_change as plan, provider_client::ProviderClient,
            read_resource as read, upgrade_resource_state as upgrade,
            validate_resource_config as validate,
        },
    },
};

use super::{
    host::{Connection, Host, PATIENCE},
    mlflow::Server,
};

pub const WEBHOOK: &str = "mlflow_webhook";
pub const TEST: &str = "mlflow_webhook_test";
pub const URL: &str = "http://127.0.0.1:9/hook";

/// A running process and a host's way of talking to it.
pub struct Session {
    pub host: Host,
    pub provider: ProviderClient<Connection>,
    /// What the host says it can do; hosts before Terraform 1.9 say nothing.
    pub capabilities: Option<ClientCapabilities>,
}

/// What a host keeps of an instance from one request to the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    pub state: Value,
    pub private: Vec<u8>,
    pub identity: Option<ResourceIdentityData>,
}

impl Session {
    /// The newest host, before it has configured anything.
    pub async fn unconfigured() -> Self {
        Self::over(Host::start().await)
    }

    /// The newest host, whose provider uses the registry at this address.
    pub async fn at(url: &str) -> Self {
        let mut session = Self::unconfigured().await;
        let found = session.configure(&at(url)).await;
        assert_eq!(told(&found), [""; 0]);
        session
    }

    /// Terraform 1.5 or OpenTofu 1.6: knows neither capabilities nor identities.
    pub async fn older(url: &str) -> Self {
        let mut session = Self::unconfigured().await;
        session.capabilities = None;
        let found = session.configure(&at(url)).await;
        assert_eq!(told(&found), [""; 0]);
        session
    }

    pub fn over(host: Host) -> Self {
        let provider = host.provider();
        Self {
            host,
            provider,
            capabilities: Some(ClientCapabilities {
                deferral_allowed: false,
                write_only_attributes_allowed: true,
                store_planned_private: true,
                computed_blocks_allowed: true,
            }),
        }
    }

    /// Ends the process as hosts do.
    pub async fn end(self) {
        let ended = self.host.shutdown().await;
        assert_eq!(ended.status.code(), Some(0));
    }

    pub async fn configure(&mut self, config: &Value) -> Vec<Diagnostic> {
        let request = configure_provider::Request {
            terraform_version: "1.16.0".to_owned(),
            config: Some(encoded(config, &provider_type())),
            client_capabilities: self.capabilities,
        };
        let answer = self.provider.configure_provider(request).await;
        answer.unwrap().into_inner().diagnostics
    }

    pub async fn validate(&mut self, config: &Value) -> Vec<Diagnostic> {
        let request = validate::Request {
            type_name: WEBHOOK.to_owned(),
            config: Some(webhook_value(config)),
            client_capabilities: self.capabilities,
        };
        let answer = self.provider.validate_resource_config(request).await;
        answer.unwrap().into_inner().diagnostics
    }

    /// The plan of a change; a null configuration is a destruction.
    pub async fn plan(&mut self, prior: &Kept, config: &Value) -> plan::Response {
        let request = plan::Request {
            type_name: WEBHOOK.to_owned(),
            prior_state: Some(webhook_value(&prior.state)),
            proposed_new_state: Some(webhook_value(config)),
            config: Some(webhook_value(config)),
            prior_private: prior.private.clone(),
            client_capabilities: self.capabilities,
            prior_identity: prior.identity.clone(),
            ..Default::default()
        };
        let answer = self.provider.plan_resource_change(request).await;
        answer.unwrap().into_inner()
    }

    /// Carries out what was planned.
    pub async fn carry_out(
        &mut self,
        prior: &Kept,
        planned: plan::Response,
        config: &Value,
    ) -> apply::Response {
        let request = apply::Request {
            type_name: WEBHOOK.to_owned(),
            prior_state: Some(webhook_value(&prior.state)),
            planned_state: planned.planned_state,
            config: Some(webhook_value(config)),
            planned_private: planned.planned_private,
            planned_identity: planned.planned_identity,
            ..Default::default()
        };
        let answer = self.provider.apply_resource_change(request).await;
        answer.unwrap().into_inner()
    }

    /// A change that succeeds from its validation on.
    pub async fn change(&mut self, prior: &Kept, config: &Value) -> Kept {
        assert_eq!(told(&self.validate(config).await), [""; 0]);
        let planned = self.plan(prior, config).await;
        assert!(!has_error(&planned.diagnostics), "{planned:?}");
        let made = self.carry_out(prior, planned, config).await;
        assert_eq!(told(&made.diagnostics), [""; 0]);
        assert!(!made.legacy_type_system);
        Kept {
            state: decoded(made.new_state.as_ref()),
            private: made.private,
            identity: made.new_identity,
        }
    }

    pub async fn create(&mut self, config: &Value) -> Kept {
        self.change(&Kept::default(), config).await
    }

    /// Destroys, which succeeds.
    pub async fn destroy(&mut self, prior: &Kept) {
        let planned = self.plan(prior, &Value::Null).await;
        let gone = self.carry_out(prior, planned, &Value::Null).await;
        assert_eq!(told(&gone.diagnostics), [""; 0]);
        assert_eq!(decoded(gone.new_state.as_ref()), Value::Null);
    }

    pub async fn read(&mut self, prior: &Kept) -> read::Response {
        let request = read::Request {
            type_name: WEBHOOK.to_owned(),
            current_state: Some(webhook_value(&prior.state)),
            private: prior.private.clone(),
            client_capabilities: self.capabilities,
            current_identity: prior.identity.clone(),
            ..Default::default()
        };
        let answer = self.provider.read_resource(request).await;
        answer.unwrap().into_inner()
    }

    /// A stored state of schema version 0, as hosts pass it through at the start of each walk.
    pub async fn upgrade(&mut self, raw: &[u8]) -> upgrade::Response {
        let request = upgrade::Request {
            type_name: WEBHOOK.to_owned(),
            version: 0,
            raw_state: Some(raw_json(raw)),
        };
        let answer = self.provider.upgrade_resource_state(request).await;
        answer.unwrap().into_inner()
    }
}

/// Every event of a stream, in order.
pub async fn all_of<T>(stream: tonic::Streaming<T>) -> Vec<T> {
    all_within(PATIENCE, stream).await
}

/// The same where much is to be done before the end.
pub async fn all_within<T>(limit: Duration, mut stream: tonic::Streaming<T>) -> Vec<T> {
    let all = async {
        let mut events = Vec::new();
        while let Some(event) = stream.message().await.unwrap() {
            events.push(event);
        }
        events
    };
    tokio::time::timeout(limit, all).await.unwrap()
}

/// The summaries of what hosts can render: a severity, one line of summary, and whole paths.
pub fn told(diagnostics: &[Diagnostic]) -> Vec<&str> {
    for it in diagnostics {
        assert!(matches!(it.severity, 1 | 2), "{it:?}");
        assert!(
            !it.summary.is_empty() && !it.summary.contains('\n'),
            "{it:?}"
        );
        for step in it.attribute.iter().flat_map(|it| &it.steps) {
            assert!(step.selector.is_some(), "{it:?}");
        }
    }
    diagnostics.iter().map(|it| it.summary.as_str()).collect()
}

pub fn has_error(diagnostics: &[Diagnostic]) -> bool {
    told(diagnostics);
    diagnostics.iter().any(|it| it.severity == 1)
}

/// A path as a configuration would write it.
pub fn written(path: Option<&AttributePath>) -> String {
    let steps = path.into_iter().flat_map(|it| &it.steps);
    let steps = steps.map(|step| match step.selector.as_ref().unwrap() {
        Selector::AttributeName(name) => format!(".{name}"),
        Selector::ElementKeyString(key) => format!("[{key:?}]"),
        Selector::ElementKeyInt(index) => format!("[{index}]"),
    });
    let written: String = steps.collect();
    written.trim_start_matches('.').to_owned()
}

/// A state, a plan or a configuration of the resource: present, in msgpack, with exactly the
/// attributes of the schema, and no block null.
pub fn decoded(value: Option<&DynamicValue>) -> Value {
    let value = value.expect("hosts read an absent state as a deletion");
    assert!(!value.msgpack.is_empty() && value.json.is_empty());
    let state = msgpack::decode(&value.msgpack, &webhook_type()).unwrap();
    for block in ["http_url_spec", "job_spec"] {
        let is_fine = state.is_null() || !state.get(block).is_null();
        assert!(is_fine, "{block} is null in {state:?}");
    }
    state
}

/// A configuration or a state of the resource; what is not given is null.
pub fn webhook(given: Json) -> Value {
    let mut all = json!({"http_url_spec": [], "job_spec": []});
    let given = given.as_object().unwrap().clone();
    all.as_object_mut().unwrap().extend(given);
    wire_json::decode_state(all.to_string().as_bytes(), &webhook_type()).unwrap()
}

/// The usual configuration, with `more` in its block.
pub fn calling(name: &str, url: &str, more: Json) -> Value {
    let mut block = json!({"url": url});
    let more = more.as_object().unwrap().clone();
    block.as_object_mut().unwrap().extend(more);
    webhook(json!({
        "name": name,
        "events": ["registered_model.created"],
        "http_url_spec": [block],
    }))
}

/// The same object with another value in one place.
pub fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut entries = object.entries().unwrap().clone();
    assert!(
        entries.insert(name.to_owned().into(), value).is_some(),
        "{name}"
    );
    Value::Object(entries)
}

/// The provider block of a registry at this address.
pub fn at(url: &str) -> Value {
    provider_config(&[("tracking_uri", Value::string(url))])
}

pub fn provider_config(given: &[(&str, Value)]) -> Value {
    object(&mlflow().schema(), given)
}

/// The provider block of a Databricks workspace.
pub fn databricks(given: &[(&str, Value)]) -> Value {
    let Type::Object(types) = provider_type() else {
        panic!("a provider block is an object");
    };
    let Type::Object(types) = &types["databricks"] else {
        panic!("so is its part for Databricks");
    };
    let nothing = Value::object(types.keys().map(|name| (name.clone(), Value::Null)));
    let all = given.iter().fold(nothing, |object, (name, value)| {
        with(&object, name, value.clone())
    });
    provider_config(&[("databricks", all)])
}

pub fn provider_type() -> Type {
    mlflow().schema().ty()
}

pub fn webhook_type() -> Type {
    let mut all = mlflow().catalogue().resources.into_iter();
    let webhook = all.find(|it| it.type_name() == WEBHOOK);
    webhook.unwrap().schema().ty()
}

pub fn webhook_value(value: &Value) -> DynamicValue {
    encoded(value, &webhook_type())
}

pub fn encoded(value: &Value, ty: &Type) -> DynamicValue {
    DynamicValue {
        msgpack: msgpack::encode(value, ty).unwrap(),
        json: Vec::new(),
    }
}

/// An object of this schema, which has no blocks; what is not given is null.
pub fn object(schema: &Schema, given: &[(&str, Value)]) -> Value {
    let nulls = schema
        .body
        .attributes
        .iter()
        .map(|it| (it.name, Value::Null));
    let nothing = Value::object(nulls);
    given.iter().fold(nothing, |object, (name, value)| {
        with(&object, name, value.clone())
    })
}

/// A configuration of a kind without blocks, encoded.
pub fn config_of(schema: &Schema, given: &[(&str, Value)]) -> DynamicValue {
    encoded(&object(schema, given), &schema.ty())
}

pub fn data_source(name: &str) -> Schema {
    let mut all = mlflow().catalogue().data_sources.into_iter();
    all.find(|it| it.type_name() == name).unwrap().schema()
}

pub fn list() -> Schema {
    let mut all = mlflow().catalogue().list_resources.into_iter();
    all.find(|it| it.type_name() == WEBHOOK).unwrap().schema()
}

pub fn action() -> Schema {
    let mut all = mlflow().catalogue().actions.into_iter();
    all.find(|it| it.type_name() == TEST).unwrap().schema()
}

pub fn mlflow() -> Mlflow {
    Mlflow::new(Environment::default())
}

pub fn identity(id: &str) -> ResourceIdentityData {
    let names = ["id", "model_name", "workspace"];
    let ty = Type::object(names.map(|name| (name, Type::String)));
    let values = [Value::string(id), Value::Null, Value::Null];
    let value = Value::object(names.into_iter().zip(values));
    ResourceIdentityData {
        identity_data: Some(encoded(&value, &ty)),
    }
}

pub fn raw_json(text: &[u8]) -> RawState {
    RawState {
        json: text.to_vec(),
        flatmap: Default::default(),
    }
}

/// A webhook as a script would have made it.
pub fn made(server: &Server, name: &str, url: &str) -> String {
    let made = server.rest().create_webhook(&json!({
        "name": name,
        "url": url,
        "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
    }));
    made["webhook_id"].as_str().unwrap().to_owned()
}
