//! A host's side of the conversation in values, for tests that put a whole catalogue to the question:
//! validate, plan and do, whichever kind of type it is.

use futures_util::StreamExt;
use tonic::Request;

use super::Server;
use crate::{
    framework::{Diagnostic, Diagnostics, Offer, Path, Provider, Severity, schema::Schema},
    wire::{
        Type, Value, msgpack,
        proto::{
            self, ClientCapabilities, DynamicValue, apply_resource_change,
            attribute_path::step::Selector, configure_provider, invoke_action, list_resource,
            open_ephemeral_resource, plan_action, plan_resource_change,
            provider_server::Provider as Service, read_data_source, validate_action_config,
            validate_data_resource_config, validate_ephemeral_resource_config,
            validate_list_resource_config, validate_provider_config, validate_resource_config,
        },
    },
};

/// What may be configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Provider,
    Resource(&'static str),
    DataSource(&'static str),
    Ephemeral(&'static str),
    List(&'static str),
    Action(&'static str),
}

/// A host of one provider.
pub(crate) struct Trial<P: Provider>(Server<P>);

/// The answer of an RPC that says nothing but diagnostics, or of which nothing else is wanted.
macro_rules! told {
    ($server:expr, $rpc:ident, $request:expr) => {{
        let answer = Service::$rpc($server, Request::new($request)).await;
        diagnostics(answer.unwrap().into_inner().diagnostics)
    }};
}

impl<P: Provider> Trial<P> {
    pub(crate) fn new(provider: P) -> Self {
        Self(Server::new(provider))
    }

    /// The provider block, and everything on offer that has a schema.
    pub(crate) fn subjects(&self) -> Vec<Subject> {
        let server = &self.0;
        let mut all = vec![Subject::Provider];
        all.extend(server.resources.iter().map(|it| Subject::Resource(it.0)));
        all.extend(
            server
                .data_sources
                .iter()
                .map(|it| Subject::DataSource(it.0)),
        );
        let ephemeral = server.ephemeral_resources.iter();
        all.extend(ephemeral.map(|it| Subject::Ephemeral(it.0)));
        all.extend(server.list_resources.iter().map(|it| Subject::List(it.0)));
        all.extend(server.actions.iter().map(|it| Subject::Action(it.0)));
        all
    }

    /// What may be configured in it.
    pub(crate) fn schema(&self, subject: Subject) -> Schema {
        fn of<T: ?Sized>(all: &[Offer<T>], name: &str) -> Schema {
            let found = all.iter().find(|it| it.type_name == name);
            found.unwrap().schema()
        }
        let all = self.0.provider.catalogue();
        match subject {
            Subject::Provider => self.0.provider.schema(),
            Subject::Resource(name) => of(&all.resources, name),
            Subject::DataSource(name) => of(&all.data_sources, name),
            Subject::Ephemeral(name) => of(&all.ephemeral_resources, name),
            Subject::List(name) => of(&all.list_resources, name),
            Subject::Action(name) => of(&all.actions, name),
        }
    }

    /// Configures the provider; what it says of that.
    pub(crate) async fn configure(&self, config: &Value) -> Diagnostics {
        let request = configure_provider::Request {
            config: self.sent(Subject::Provider, config),
            ..Default::default()
        };
        told!(&self.0, configure_provider, request)
    }

    /// What `validate` says.
    pub(crate) async fn validate(&self, subject: Subject, config: &Value) -> Diagnostics {
        let (server, config) = (&self.0, self.sent(subject, config));
        match subject {
            Subject::Provider => {
                let request = validate_provider_config::Request { config };
                told!(server, validate_provider_config, request)
            }
            Subject::Resource(name) => {
                let request = validate_resource_config::Request {
                    type_name: name.to_owned(),
                    config,
                    client_capabilities: Some(CAPABLE),
                };
                told!(server, validate_resource_config, request)
            }
            Subject::DataSource(name) => {
                let request = validate_data_resource_config::Request {
                    type_name: name.to_owned(),
                    config,
                };
                told!(server, validate_data_resource_config, request)
            }
            Subject::Ephemeral(name) => {
                let request = validate_ephemeral_resource_config::Request {
                    type_name: name.to_owned(),
                    config,
                };
                told!(server, validate_ephemeral_resource_config, request)
            }
            Subject::List(name) => {
                let request = validate_list_resource_config::Request {
                    type_name: name.to_owned(),
                    config,
                    ..Default::default()
                };
                told!(server, validate_list_resource_config, request)
            }
            Subject::Action(name) => {
                let request = validate_action_config::Request {
                    type_name: name.to_owned(),
                    config,
                };
                told!(server, validate_action_config, request)
            }
        }
    }

    /// What a plan says that creates or uses it. Hosts plan the other kinds by themselves.
    pub(crate) async fn plan(&self, subject: Subject, config: &Value) -> Diagnostics {
        match subject {
            Subject::Resource(name) => {
                let planned = self.planned(name, config).await;
                diagnostics(planned.diagnostics)
            }
            Subject::Action(name) => {
                let request = plan_action::Request {
                    action_type: name.to_owned(),
                    config: self.sent(subject, config),
                    client_capabilities: Some(CAPABLE),
                };
                told!(&self.0, plan_action, request)
            }
            _ => Diagnostics::new(),
        }
    }

    /// What is said of using it with `config`, after a plan in which it was still `planned`.
    pub(crate) async fn act(
        &self,
        subject: Subject,
        planned: &Value,
        config: &Value,
    ) -> Diagnostics {
        let (server, sent) = (&self.0, self.sent(subject, config));
        match subject {
            Subject::Provider => self.configure(config).await,
            Subject::Resource(name) => {
                let before = self.sent(subject, planned);
                let planned = self.planned(name, planned).await;
                let request = apply_resource_change::Request {
                    type_name: name.to_owned(),
                    prior_state: self.sent(subject, &Value::Null),
                    // Not all that is planned here suits the registry.
                    planned_state: planned.planned_state.or(before),
                    config: sent,
                    planned_private: planned.planned_private,
                    ..Default::default()
                };
                told!(server, apply_resource_change, request)
            }
            Subject::DataSource(name) => {
                let request = read_data_source::Request {
                    type_name: name.to_owned(),
                    config: sent,
                    ..Default::default()
                };
                told!(server, read_data_source, request)
            }
            Subject::Ephemeral(name) => {
                let request = open_ephemeral_resource::Request {
                    type_name: name.to_owned(),
                    config: sent,
                    client_capabilities: None,
                };
                told!(server, open_ephemeral_resource, request)
            }
            Subject::List(name) => self.listed(name, sent).await,
            Subject::Action(name) => self.invoked(name, sent).await,
        }
    }

    async fn planned(&self, name: &str, config: &Value) -> plan_resource_change::Response {
        let it = self.0.resources.get(name).unwrap();
        let sent = |value: &Value| sent(value, &it.ty);
        let request = plan_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: sent(&Value::Null),
            proposed_new_state: sent(config),
            config: sent(config),
            client_capabilities: Some(CAPABLE),
            ..Default::default()
        };
        let answer = Service::plan_resource_change(&self.0, Request::new(request)).await;
        answer.unwrap().into_inner()
    }

    async fn listed(&self, name: &str, config: Option<DynamicValue>) -> Diagnostics {
        let request = list_resource::Request {
            type_name: name.to_owned(),
            config,
            limit: 100,
            ..Default::default()
        };
        let events = Service::list_resource(&self.0, Request::new(request)).await;
        let events: Vec<_> = events.unwrap().into_inner().collect().await;
        let told = events.into_iter().flat_map(|it| it.unwrap().diagnostic);
        diagnostics(told.collect())
    }

    async fn invoked(&self, name: &str, config: Option<DynamicValue>) -> Diagnostics {
        let request = invoke_action::Request {
            action_type: name.to_owned(),
            config,
            client_capabilities: Some(CAPABLE),
        };
        let events = Service::invoke_action(&self.0, Request::new(request)).await;
        let events: Vec<_> = events.unwrap().into_inner().collect().await;
        let told = events.into_iter().flat_map(|it| match it.unwrap().r#type {
            Some(invoke_action::event::Type::Completed(it)) => it.diagnostics,
            _ => Vec::new(),
        });
        diagnostics(told.collect())
    }

    fn sent(&self, subject: Subject, value: &Value) -> Option<DynamicValue> {
        sent(value, &self.schema(subject).ty())
    }
}

const CAPABLE: ClientCapabilities = ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: true,
    store_planned_private: false,
    computed_blocks_allowed: false,
};

fn sent(value: &Value, ty: &Type) -> Option<DynamicValue> {
    Some(DynamicValue {
        msgpack: msgpack::encode(value, ty).unwrap(),
        json: Vec::new(),
    })
}

fn diagnostics(told: Vec<proto::Diagnostic>) -> Diagnostics {
    told.into_iter().map(diagnostic).collect()
}

fn diagnostic(told: proto::Diagnostic) -> Diagnostic {
    let path = told.attribute.as_ref().map(path);
    Diagnostic {
        severity: match told.severity() {
            proto::diagnostic::Severity::Warning => Severity::Warning,
            _ => Severity::Error,
        },
        summary: told.summary,
        detail: told.detail,
        path,
    }
}

fn path(told: &proto::AttributePath) -> Path {
    let steps = told.steps.iter().filter_map(|it| it.selector.clone());
    steps.fold(Path::root(), |path, step| match step {
        Selector::AttributeName(name) => path.then(name),
        Selector::ElementKeyString(key) => path.key(key),
        Selector::ElementKeyInt(index) => path.index(usize::try_from(index).unwrap()),
    })
}
