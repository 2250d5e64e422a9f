//! A provider with one type of each kind, and a host's side of the conversation, for the tests of
//! the server. Names such as `panics` and `hangs` make its types do so.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use super::Server;
use crate::{
    framework::{
        self, Action, Applied, Attr, Catalogue, Context, Create, DataSource, Delete, Diagnostic,
        Diagnostics, EphemeralResource, Failed, Field, Found, Function, FunctionError, Identity,
        IdentityAttribute, ImportTarget, Imported, Invoke, List, ListResource, Listed, MoveSource,
        Opened, Parameter, Path, Plan, PlanDestroy, PlanRequest, Private, Read, Refreshed, Renewed,
        Resource, Secret, Signature, Type, Update, Value,
        schema::{Attribute, Block, Empty, Schema},
    },
    row,
    wire::{
        msgpack,
        proto::{
            self, DynamicValue, ResourceIdentityData, configure_provider,
            provider_server::{self, Provider as _},
            stop_provider,
        },
    },
};

/// The name of the one type of each kind.
pub(super) const THING: &str = "test_thing";

/// What the types of the provider leave traces in.
#[derive(Debug, Default)]
pub(super) struct Client {
    /// How many objects were pushed or messages reported.
    pub(super) steps: AtomicI64,
    /// Whether the configuration was not known when it was made.
    pub(super) unknown: bool,
    /// Cloned by everything that goes on for long.
    pub(super) alive: Arc<()>,
}

#[derive(Debug)]
pub(super) struct Test;

row! {
    pub(super) struct Nothing {
        nothing: Attr<String>,
    }
}

impl framework::Provider for Test {
    type Client = Client;
    type Config = Nothing;

    fn schema(&self) -> Schema {
        Schema::new("A provider.")
            .attribute(Attribute::string("nothing", "N.").empty(Empty::LeftOut))
    }

    fn validate(&self, _config: Nothing) -> Diagnostics {
        Diagnostics::new()
    }

    fn configure(&self, config: Nothing, _: &mut Diagnostics) -> Result<Client, Diagnostics> {
        Ok(Client {
            unknown: config.nothing.is_unknown(),
            ..Client::default()
        })
    }

    fn ready(client: &Client) -> Result<(), Diagnostics> {
        if client.unknown {
            return Err(failure());
        }
        Ok(())
    }

    fn catalogue(&self) -> Catalogue<Client> {
        Catalogue::default()
            .resource(Things)
            .data_source(Lookup)
            .ephemeral_resource(Token)
            .list_resource(AllThings)
            .action(Ping)
            .function(Join)
    }
}

row! {
    pub(super) struct Thing {
        id: Attr<String>,
        region: Attr<String>,
        name: Attr<String>,
        status: Attr<String>,
        token_wo: Attr<Secret>,
        port: Attr<Vec<Port>>,
    }
}

row! {
    pub(super) struct Port {
        number: Attr<i64>,
    }
}

row! {
    pub(super) struct ThingIdentity {
        id: Attr<String>,
        region: Attr<String>,
    }
}

impl Identity for ThingIdentity {
    fn attributes() -> Vec<IdentityAttribute> {
        vec![
            IdentityAttribute::required("id", "I."),
            IdentityAttribute::optional("region", "R."),
        ]
    }
}

struct Things;

impl Resource<Client> for Things {
    type Model = Thing;
    type Identity = ThingIdentity;

    const TYPE_NAME: &'static str = THING;

    fn schema() -> Schema {
        Schema::new("A thing.")
            .attribute(Attribute::string("id", "I.").computed().stable())
            .attribute(
                Attribute::string("region", "R.")
                    .empty(Empty::LeftOut)
                    .replaces(),
            )
            .attribute(
                Attribute::string("name", "N.")
                    .required()
                    .empty(Empty::Refused),
            )
            .attribute(
                Attribute::string("status", "S.")
                    .empty(Empty::Refused)
                    .default(Value::string("ON")),
            )
            .attribute(
                Attribute::string("token_wo", "T.")
                    .empty(Empty::Allowed)
                    .write_only(),
            )
            .block(
                Block::list("port", "P.").attribute(Attribute::number("number", "N.").required()),
            )
    }

    fn identity(state: &Thing) -> ThingIdentity {
        ThingIdentity {
            id: state.id.clone(),
            region: state.region.clone(),
        }
    }

    async fn plan<'a>(
        &'a self,
        _cx: &'a Context<Client>,
        _request: PlanRequest<'a, Thing>,
        plan: &'a mut Plan<Thing>,
    ) -> Result<(), Diagnostics> {
        if is(&plan.state.name, "moves on") {
            plan.replace.push(Path::attribute("name"));
        }
        Ok(())
    }

    async fn plan_destroy<'a>(
        &'a self,
        cx: &'a Context<Client>,
        request: PlanDestroy<'a, Thing>,
    ) -> Result<(), Diagnostics> {
        if is(&request.prior.status, "KEPT") {
            return Err(failure());
        }
        let notes = request.private.get("note").map(ToString::to_string);
        cx.warn(Diagnostic::warning("Its End", notes.unwrap_or_default()));
        Ok(())
    }

    async fn read(
        &self,
        _cx: &Context<Client>,
        request: Read<Thing>,
    ) -> Result<Refreshed<Thing>, Diagnostics> {
        let Read { state, private } = request;
        let gone = is(&state.name, "gone");
        let state = (!gone).then_some(state);
        Ok(Refreshed { state, private })
    }

    async fn create(
        &self,
        _cx: &Context<Client>,
        request: Create<Thing>,
    ) -> Result<Applied<Thing>, Failed<Thing>> {
        let Create {
            planned, private, ..
        } = request;
        if is(&planned.name, "fails") {
            return Err(Failed::nothing_changed(failure()));
        }
        let state = Thing {
            id: "1".to_owned().into(),
            ..planned
        };
        Ok(Applied { state, private })
    }

    async fn update(
        &self,
        _cx: &Context<Client>,
        request: Update<Thing>,
    ) -> Result<Applied<Thing>, Failed<Thing>> {
        let Update {
            planned, private, ..
        } = request;
        if is(&planned.name, "fails") {
            return Err(Failed::nothing_changed(failure()));
        }
        let state = planned;
        Ok(Applied { state, private })
    }

    async fn delete(
        &self,
        _cx: &Context<Client>,
        request: Delete<Thing>,
    ) -> Result<(), Failed<Thing>> {
        let Delete { prior, private } = request;
        match prior.name.known().map_or("", |it| it) {
            "fails" => Err(Failed::nothing_changed(failure())),
            "fails halfway" => {
                let state = Thing {
                    status: "HALF".to_owned().into(),
                    ..prior
                };
                Err(Failed::left(failure(), Applied { state, private }))
            }
            _ => Ok(()),
        }
    }

    fn import(target: ImportTarget<'_, ThingIdentity>) -> Result<Imported<Thing>, Diagnostics> {
        let (id, region) = match target {
            ImportTarget::Id(id) => (id.to_owned().into(), Attr::Null),
            ImportTarget::Identity(it) => (it.id, it.region),
        };
        Ok(imported(id, region))
    }

    fn take_over(source: &MoveSource<'_>) -> Option<Result<Imported<Thing>, Diagnostics>> {
        let id = source.state.get("id")?.as_str()?.to_owned();
        Some(Ok(imported(id.into(), Attr::Null)))
    }

    fn generate(state: &Thing, config: &mut Thing) {
        if is(&state.region, "home") {
            config.region = Attr::Null;
        }
    }
}

fn imported(id: Attr<String>, region: Attr<String>) -> Imported<Thing> {
    let state = Thing {
        id,
        region,
        ..Thing::default()
    };
    Imported {
        state,
        private: Private::default(),
    }
}

row! {
    pub(super) struct Finding {
        name: Attr<String>,
        most: Attr<i64>,
        id: Attr<String>,
    }
}

struct Lookup;

impl DataSource<Client> for Lookup {
    type Model = Finding;

    const TYPE_NAME: &'static str = THING;

    fn schema() -> Schema {
        Schema::new("A thing.")
            .attribute(
                Attribute::string("name", "N.")
                    .required()
                    .empty(Empty::Refused),
            )
            .attribute(Attribute::number("most", "M.").default(Value::number(10_i64)))
            .attribute(Attribute::string("id", "I.").computed())
    }

    fn validate(config: &Finding) -> Diagnostics {
        if is(&config.name, "fails") {
            return failure();
        }
        Diagnostics::new()
    }

    async fn read(&self, cx: &Context<Client>, config: Finding) -> Result<Finding, Diagnostics> {
        act(cx, config.name.known().map_or("", |it| it)).await?;
        let id = match is(&config.name, "forgets") {
            true => Attr::Unknown,
            false => Attr::Known("1".to_owned()),
        };
        Ok(Finding { id, ..config })
    }
}

row! {
    pub(super) struct Secretive {
        length: Attr<i64>,
        label: Attr<String>,
        value: Attr<Secret>,
    }
}

struct Token;

impl EphemeralResource<Client> for Token {
    type Model = Secretive;

    const TYPE_NAME: &'static str = THING;

    fn schema() -> Schema {
        Schema::new("A token.")
            .attribute(Attribute::number("length", "L.").default(Value::number(4_i64)))
            .attribute(Attribute::string("label", "L.").empty(Empty::LeftOut))
            .attribute(Attribute::string("value", "V.").computed().sensitive())
    }

    async fn open(
        &self,
        cx: &Context<Client>,
        config: Secretive,
    ) -> Result<Opened<Secretive>, Diagnostics> {
        act(cx, config.label.known().map_or("", |it| it)).await?;
        let length = config.length.known().copied().unwrap_or_default();
        let value = "x".repeat(usize::try_from(length).unwrap_or_default());
        let label = match is(&config.label, "lies") {
            true => Attr::Known("another".to_owned()),
            false => config.label,
        };
        let mut private = Private::default();
        private.set("renewals", 0);
        Ok(Opened {
            result: Secretive {
                label,
                value: Secret::from(value).into(),
                ..config
            },
            renew_at: Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1500)),
            private,
        })
    }

    async fn renew(
        &self,
        _cx: &Context<Client>,
        mut private: Private,
    ) -> Result<Renewed, Diagnostics> {
        let before = private.get("renewals").and_then(serde_json::Value::as_i64);
        private.set("renewals", before.unwrap_or_default() + 1);
        Ok(Renewed {
            renew_at: None,
            private,
        })
    }

    async fn close(&self, cx: &Context<Client>, private: Private) -> Result<(), Diagnostics> {
        let renewals = private.get("renewals").map(ToString::to_string);
        cx.warn(Diagnostic::warning("Closed", renewals.unwrap_or_default()));
        Ok(())
    }
}

row! {
    pub(super) struct Message {
        text: Attr<String>,
    }
}

fn message() -> Schema {
    Schema::new("A message.").attribute(Attribute::string("text", "T.").empty(Empty::LeftOut))
}

struct Ping;

impl Action<Client> for Ping {
    type Config = Message;

    const TYPE_NAME: &'static str = THING;

    fn schema() -> Schema {
        message()
    }

    async fn plan(&self, _cx: &Context<Client>, config: Message) -> Result<(), Diagnostics> {
        if is(&config.text, "never") {
            return Err(failure());
        }
        Ok(())
    }

    async fn invoke(
        &self,
        cx: &Context<Client>,
        request: Invoke<Message>,
    ) -> Result<(), Diagnostics> {
        request.progress.report("one").await;
        request.progress.report("two").await;
        cx.warn(Diagnostic::warning("Careful", "Slippery."));
        act(cx, request.config.text.known().map_or("", |it| it)).await
    }
}

struct AllThings;

impl ListResource<Client> for AllThings {
    type Resource = Things;
    type Config = Message;

    fn schema() -> Schema {
        message()
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        request: List<Message>,
        found: Found<Thing>,
    ) -> Result<(), Diagnostics> {
        let _alive = Arc::clone(&cx.client().alive);
        let text = request.config.text.into_known().unwrap_or_default();
        let last = if text == "endless" { i64::MAX } else { 3 };
        for number in 1..=last {
            cx.client().steps.fetch_add(1, Ordering::Relaxed);
            let id = Attr::Known(number.to_string());
            let state = Thing {
                id: if text == "forgets" { Attr::Null } else { id },
                token_wo: Secret::from("hush".to_owned()).into(),
                ..Thing::default()
            };
            let display_name = format!("Thing {number}");
            found
                .push(Listed {
                    display_name,
                    state,
                })
                .await;
        }
        act(cx, &text).await
    }
}

row! {
    pub(super) struct Parts {
        separator: Attr<String>,
        parts: Vec<String>,
    }
}

struct Join;

impl Function for Join {
    type Arguments = Parts;
    type Output = String;

    const NAME: &'static str = "join";

    fn signature() -> Signature {
        Signature {
            summary: "Joins.",
            description: "Joins strings.",
            parameters: vec![Parameter::string("separator", "S.").nullable()],
            variadic: Some(Parameter::string("parts", "P.")),
            returns: Type::String,
        }
    }

    fn call(arguments: Parts) -> Result<String, FunctionError> {
        let separator = arguments.separator.into_known().unwrap_or_default();
        if let Some(index) = arguments.parts.iter().position(|it| it == "bad") {
            return Err(FunctionError::new("bad").of("parts").element(index));
        }
        if separator == "bad" {
            return Err(FunctionError::new("bad").of("separator"));
        }
        assert!(separator != "panics", "with a value in it");
        Ok(arguments.parts.join(&separator))
    }
}

/// What a word makes a type do.
#[expect(clippy::panic, reason = "a panic is what it is asked for")]
async fn act(cx: &Context<Client>, word: &str) -> Result<(), Diagnostics> {
    let _alive = Arc::clone(&cx.client().alive);
    match word {
        "fails" => Err(failure()),
        "panics" => panic!("with a value in it"),
        "hangs" => pending().await,
        "waits" => {
            cx.stop().cancelled().await;
            Err(Diagnostic::error("Ended in Order", "It was told to.").into())
        }
        _ => Ok(()),
    }
}

fn failure() -> Diagnostics {
    Diagnostic::error("It Failed", "As it was asked to.").into()
}

fn is(value: &Attr<String>, word: &str) -> bool {
    value.known().is_some_and(|it| it == word)
}

/// The server before any configuration.
pub(super) fn unconfigured() -> Server<Test> {
    Server::new(Test)
}

/// The server after its configuration.
pub(super) async fn configured() -> Server<Test> {
    configured_with(None).await
}

/// The server whose configuration is not known yet.
pub(super) async fn configured_unknown() -> Server<Test> {
    let schema = framework::Provider::schema(&Test);
    configured_with(sent(&filled(&schema, &[("nothing", "?")]), &schema.ty())).await
}

async fn configured_with(config: Option<DynamicValue>) -> Server<Test> {
    let server = unconfigured();
    let request = configure_provider::Request {
        config,
        ..Default::default()
    };
    let answer = ask(&server).configure_provider(tonic::Request::new(request));
    assert_eq!(answer.await.unwrap().into_inner().diagnostics, []);
    server
}

/// The server as a host sees it, and not by its own methods of the same names.
pub(super) fn ask(
    server: &Server<Test>,
) -> &impl provider_server::Provider<
    ListResourceStream = super::events::Events<proto::list_resource::Event>,
    InvokeActionStream = super::events::Events<proto::invoke_action::Event>,
> {
    server
}

/// The host asks to stop.
pub(super) async fn stop(server: &Server<Test>) {
    let request = tonic::Request::new(stop_provider::Request::default());
    ask(server).stop_provider(request).await.unwrap();
}

/// How many operations go on.
pub(super) fn going_on(server: &Server<Test>) -> usize {
    Arc::strong_count(&server.context().unwrap().client().alive) - 1
}

/// A value as a host sends it.
pub(super) fn sent(value: &Value, ty: &Type) -> Option<DynamicValue> {
    Some(DynamicValue {
        msgpack: msgpack::encode(value, ty).unwrap(),
        json: Vec::new(),
    })
}

/// A value as a host reads it.
pub(super) fn received(value: Option<&DynamicValue>, ty: &Type) -> Value {
    msgpack::decode(&value.expect("an answer").msgpack, ty).unwrap()
}

/// The state or configuration of a thing.
pub(super) fn thing(pairs: &[(&str, &str)]) -> Value {
    filled(&Things::schema(), pairs)
}

pub(super) fn thing_type() -> Type {
    Things::schema().ty()
}

/// Nothing set in this schema but these strings; `?` is unknown.
pub(super) fn filled(schema: &Schema, pairs: &[(&str, &str)]) -> Value {
    let Value::Object(mut attributes) = schema.body.unset() else {
        return Value::Null;
    };
    for (name, text) in pairs {
        let value = if *text == "?" {
            Value::UNKNOWN
        } else {
            Value::string(*text)
        };
        attributes.insert((*name).to_owned().into(), value);
    }
    Value::Object(attributes)
}

/// The configuration of an action or a list.
pub(super) fn text(text: &str) -> Option<DynamicValue> {
    let config = filled(&message(), &[("text", text)]);
    sent(&config, &message().ty())
}

fn identity_type() -> Type {
    Type::object([("id", Type::String), ("region", Type::String)])
}

/// An identity as a host sends it.
pub(super) fn identity(id: &str, region: Option<&str>) -> Option<ResourceIdentityData> {
    let row = ThingIdentity {
        id: match id {
            "" => Attr::Null,
            "?" => Attr::Unknown,
            id => Attr::Known(id.to_owned()),
        },
        region: region.map(str::to_owned).into(),
    };
    Some(ResourceIdentityData {
        identity_data: sent(&row.into_value(), &identity_type()),
    })
}

/// The summaries of what the user is told.
pub(super) fn told(diagnostics: &[proto::Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|it| it.summary.as_str()).collect()
}
