//! What Terraform does with one provider, over [`Host`]: configure, plan, apply, refresh, list. It
//! keeps states as a host does, and takes no answer for granted.

use std::process::Command;

use terraform_provider_mlflow::{
    framework::{Provider as _, schema::Schema},
    wire::{
        Type, Value, msgpack,
        proto::{
            Diagnostic, DynamicValue, ResourceIdentityData, apply_resource_change,
            configure_provider, list_resource, plan_resource_change,
            provider_client::ProviderClient, read_data_source, read_resource, stop_provider,
            validate_provider_config,
        },
    },
};

use super::{
    host::{Connection, Ended, Host},
    session::{TEST, WEBHOOK, encoded, mlflow},
};

/// A provider process and the host's end of it.
pub struct Client {
    host: Host,
    provider: ProviderClient<Connection>,
    /// What was said of the provider block.
    pub warnings: Vec<Diagnostic>,
}

/// An object in the host's state.
#[derive(Clone, Debug)]
pub struct Held {
    pub value: Value,
    private: Vec<u8>,
    identity: Option<ResourceIdentityData>,
}

/// What is in the state afterwards, and what the user is told.
#[derive(Debug)]
pub struct Outcome {
    pub held: Option<Held>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Client {
    /// Starts the command (see [`plugin`](super::host::plugin)) and configures it.
    pub async fn start(command: Command, provider: &Value) -> Self {
        let client = Self::try_start(command, provider).await;
        assert!(!is_failure(&client.warnings), "{:?}", client.warnings);
        client
    }

    /// The same where the provider block may be refused, as one of the warnings tells then.
    pub async fn try_start(command: Command, provider: &Value) -> Self {
        let host = Host::start_with(command).await;
        let mut client = Self {
            provider: host.provider(),
            host,
            warnings: Vec::new(),
        };
        let request = validate_provider_config::Request {
            config: Some(of(&mlflow().schema(), provider)),
        };
        let answer = client.provider.validate_provider_config(request).await;
        client.warnings = answer.unwrap().into_inner().diagnostics;
        if is_failure(&client.warnings) {
            return client;
        }
        let request = configure_provider::Request {
            terraform_version: "1.14.0".to_owned(),
            config: Some(of(&mlflow().schema(), provider)),
            ..Default::default()
        };
        let answer = client.provider.configure_provider(request).await.unwrap();
        client.warnings.extend(answer.into_inner().diagnostics);
        client
    }

    /// Another user of the same process, who is about webhooks.
    pub fn twin(&self) -> Caller {
        self.caller(WEBHOOK)
    }

    /// Another user of the same process, who is about resources of this type.
    pub fn caller(&self, type_name: &'static str) -> Caller {
        let mut resources = mlflow().catalogue().resources.into_iter();
        let resource = resources.find(|it| it.type_name() == type_name);
        Caller {
            provider: self.provider.clone(),
            type_name,
            ty: resource.expect("the catalogue has it").schema().ty(),
        }
    }

    /// Stops the provider, as a host does on Ctrl-C.
    pub async fn stop(&self) {
        let request = stop_provider::Request {};
        let mut provider = self.provider.clone();
        provider.stop_provider(request).await.unwrap();
    }

    pub fn pid(&self) -> u32 {
        self.host.pid()
    }

    pub fn kill(&mut self) {
        self.host.kill();
    }

    /// Ends the process; what it printed.
    pub async fn end(self) -> Ended {
        drop(self.provider);
        self.host.shutdown().await
    }
}

/// Someone who calls the provider; several may at once.
#[derive(Clone)]
pub struct Caller {
    provider: ProviderClient<Connection>,
    type_name: &'static str,
    ty: Type,
}

impl Caller {
    /// Plans and applies: from what is held (nothing: a creation) to the configuration (`None`: a
    /// deletion). An error leaves in the state what the provider says.
    pub async fn apply(&mut self, prior: Option<&Held>, config: Option<&Value>) -> Outcome {
        let planned = match self.plan(prior, config).await {
            Ok(planned) => planned,
            Err(diagnostics) => {
                return Outcome {
                    held: prior.cloned(),
                    diagnostics,
                };
            }
        };
        let request = apply_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: Some(self.state(prior)),
            planned_state: planned.planned_state,
            config: Some(self.encoded(config.unwrap_or(&Value::Null))),
            planned_private: planned.planned_private,
            planned_identity: planned.planned_identity,
            ..Default::default()
        };
        let answer = self.provider.apply_resource_change(request).await;
        let answer = match answer {
            Ok(answer) => answer.into_inner(),
            // The process is gone: a host keeps what it had.
            Err(status) => {
                let lost = Diagnostic {
                    severity: 1,
                    summary: "Plugin did not respond".to_owned(),
                    detail: status.message().to_owned(),
                    ..Default::default()
                };
                return Outcome {
                    held: prior.cloned(),
                    diagnostics: vec![lost],
                };
            }
        };
        Outcome {
            held: self.held(answer.new_state, answer.private, answer.new_identity),
            diagnostics: answer.diagnostics,
        }
    }

    async fn plan(
        &mut self,
        prior: Option<&Held>,
        config: Option<&Value>,
    ) -> Result<plan_resource_change::Response, Vec<Diagnostic>> {
        let config = self.encoded(config.unwrap_or(&Value::Null));
        if config == self.state(None) {
            return Ok(plan_resource_change::Response {
                planned_state: Some(config),
                planned_private: prior.map(|it| it.private.clone()).unwrap_or_default(),
                planned_identity: prior.and_then(|it| it.identity.clone()),
                ..Default::default()
            });
        }
        let request = plan_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: Some(self.state(prior)),
            proposed_new_state: Some(config.clone()),
            config: Some(config),
            prior_private: prior.map(|it| it.private.clone()).unwrap_or_default(),
            prior_identity: prior.and_then(|it| it.identity.clone()),
            ..Default::default()
        };
        let answer = self.provider.plan_resource_change(request).await.unwrap();
        let answer = answer.into_inner();
        if is_failure(&answer.diagnostics) {
            return Err(answer.diagnostics);
        }
        Ok(answer)
    }

    /// Refreshes; after an error the host keeps what it held.
    pub async fn read(&mut self, held: &Held) -> Outcome {
        let request = read_resource::Request {
            type_name: self.type_name.to_owned(),
            current_state: Some(self.state(Some(held))),
            current_identity: held.identity.clone(),
            private: held.private.clone(),
            ..Default::default()
        };
        let answer = self.provider.read_resource(request).await.unwrap();
        let answer = answer.into_inner();
        let read = self.held(answer.new_state, answer.private, answer.new_identity);
        let failed = is_failure(&answer.diagnostics);
        Outcome {
            held: if failed { Some(held.clone()) } else { read },
            diagnostics: answer.diagnostics,
        }
    }

    /// The display names of all objects of the type, and what went wrong.
    pub async fn list(&mut self) -> (Vec<String>, Vec<Diagnostic>) {
        let mut lists = mlflow().catalogue().list_resources.into_iter();
        let list = lists.find(|it| it.type_name() == self.type_name);
        let list = list.expect("the catalogue lists it");
        let request = list_resource::Request {
            type_name: self.type_name.to_owned(),
            config: Some(of(&list.schema(), &Value::object::<String>([]))),
            include_resource_object: false,
            limit: 10_000,
        };
        let stream = self.provider.list_resource(request).await.unwrap();
        let (mut stream, mut names, mut told) = (stream.into_inner(), vec![], vec![]);
        while let Some(event) = stream.message().await.unwrap() {
            told.extend(event.diagnostic);
            names.push(event.display_name);
        }
        (names, told)
    }

    /// Has the registry deliver a test.
    pub async fn test(&mut self, id: &str) -> Vec<Diagnostic> {
        let mut all = mlflow().catalogue().data_sources.into_iter();
        let data = all.find(|it| it.type_name() == TEST).unwrap();
        let config = Value::object([("webhook_id", Value::string(id))]);
        let request = read_data_source::Request {
            type_name: TEST.to_owned(),
            config: Some(of(&data.schema(), &config)),
            ..Default::default()
        };
        let answer = self.provider.read_data_source(request).await.unwrap();
        answer.into_inner().diagnostics
    }

    fn held(
        &self,
        state: Option<DynamicValue>,
        private: Vec<u8>,
        identity: Option<ResourceIdentityData>,
    ) -> Option<Held> {
        let value = msgpack::decode(&state?.msgpack, &self.ty).unwrap();
        (!value.is_null()).then_some(Held {
            value,
            private,
            identity,
        })
    }

    fn state(&self, held: Option<&Held>) -> DynamicValue {
        self.encoded(held.map_or(&Value::Null, |held| &held.value))
    }

    fn encoded(&self, value: &Value) -> DynamicValue {
        encoded(&filled(value, &self.ty), &self.ty)
    }
}

impl Held {
    pub fn id(&self) -> &str {
        self.value.get("id").as_str().unwrap_or_default()
    }
}

/// Whether one of them is an error.
pub fn is_failure(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|it| it.severity == 1)
}

/// What is not given is null.
fn filled(value: &Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::Object(given), Type::Object(attributes)) => {
            Value::object(attributes.iter().map(|(name, ty)| {
                let empty = match ty {
                    Type::List(_) => Value::List(vec![]),
                    _ => Value::Null,
                };
                (name.clone(), filled(given.get(name).unwrap_or(&empty), ty))
            }))
        }
        (Value::List(elements), Type::List(ty)) => {
            Value::List(elements.iter().map(|it| filled(it, ty)).collect())
        }
        (value, _) => value.clone(),
    }
}

fn of(schema: &Schema, value: &Value) -> DynamicValue {
    encoded(&filled(value, &schema.ty()), &schema.ty())
}
