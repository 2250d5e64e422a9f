//! The two registries under one face, for cases that hold on both: [`on_both`] runs each of them
//! twice. What differs between the registries stands here, and is not repeated in the cases.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::{
    databricks::{ADMIN, Databricks},
    feature::Feature,
    mlflow::Server,
    receiver::{Receiver, is_signed, is_signed_with},
    rest::{Rest, text},
    unique,
};

/// A model registry with webhooks, as cases see it that do not care which it is.
pub trait Registry: Sized {
    /// What the paths of all its webhook calls have in common.
    const API: &'static str;
    /// The title of the error about answers that no such registry gives.
    const FOREIGN_ANSWER: &'static str;
    /// What errors about wrong addresses say to check.
    const WHERE_IT_IS: &'static str;

    /// What a plan does to a webhook in order to clear a value: an update where the registry heeds one.
    fn clearing() -> &'static str {
        "update"
    }

    /// Whether it has events about prompts where examples use them.
    fn has_prompts() -> bool {
        true
    }

    /// The most requests that a refresh of 60 webhooks may cost.
    const REQUESTS_FOR_60: usize;

    /// One that the case may use. What other cases do on it is not seen.
    fn start() -> Self;

    fn address(&self) -> SocketAddr;

    /// Its REST API, for who may do everything.
    fn rest(&self) -> Rest;

    /// What an experiment is called that tells it from others by this name.
    fn experiment(name: &str) -> String;

    /// The provider block for such a registry at an address, which may be a proxy's.
    fn provider(url: &str) -> String;

    /// The argument that gives a webhook its name; nothing where webhooks have none.
    fn naming(expression: &str) -> String;

    /// The argument that leaves a data source only webhooks whose names begin so; nothing where the
    /// case is alone on the registry.
    fn among(names: &str) -> String;

    /// An event, given in MLflow's spelling, in the registry's own.
    fn spelt(event: &str) -> String;

    /// Where webhooks are to be sent.
    fn receiver(&self) -> String;

    /// Has the receiver answer tests with this status and "thank you".
    fn receiver_answers(&self, status: u16);

    /// The case's own webhooks as the registry has them, in no order.
    fn webhooks(&self, name: &str) -> Vec<Seen>;

    /// Makes a webhook without Terraform and gives its id.
    fn make(&self, made: &Made<'_>) -> String;

    /// Changes one field of a webhook without Terraform.
    fn disturb(&self, id: &str, drift: Drift);

    /// Deletes a webhook without Terraform.
    fn delete(&self, id: &str);

    /// The case's webhook, which is for new models, signs with this secret, or not at all.
    fn assert_signs_with(&self, secret: Option<&str>);

    /// The registry was asked to deliver one test of this event.
    fn assert_tested(&self, event: &str);

    fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// A configuration with the provider block for what is at `url`.
    fn at(url: &str, config: &str) -> String {
        format!("{}\n{config}", Self::provider(url))
    }

    /// A configuration with the provider block for this registry.
    fn with_provider(&self, config: &str) -> String {
        Self::at(&self.url(), config)
    }

    /// The case's only webhook.
    fn webhook(&self, name: &str) -> Seen {
        let mut found = self.webhooks(name);
        assert_eq!(found.len(), 1, "webhooks {name}: {found:#?}");
        found.remove(0)
    }
}

/// A webhook on the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub id: String,
    pub status: String,
    pub description: String,
    pub url: String,
    /// All of it but the time of its last change; the events in order.
    pub everything: Value,
}

/// A webhook to be made without Terraform.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    pub name: &'a str,
    /// In MLflow's spelling.
    pub event: &'a str,
    pub status: &'a str,
    pub description: &'a str,
    pub secret: Option<&'a str>,
}

impl<'a> Made<'a> {
    /// An active one for new models that does not sign.
    pub fn named(name: &'a str) -> Self {
        Self {
            name,
            event: "registered_model.created",
            status: "ACTIVE",
            description: "",
            secret: None,
        }
    }
}

/// What somebody else may change.
#[derive(Clone, Copy, Debug)]
pub enum Drift {
    Description,
    Status,
    Url,
    Events,
    /// Something that only this registry has.
    Own,
}

impl Drift {
    pub const ALL: [Self; 5] = [
        Self::Description,
        Self::Status,
        Self::Url,
        Self::Events,
        Self::Own,
    ];
}

/// The real MLflow server that all cases share, and a receiver of the case's own.
#[derive(Debug)]
pub struct Mlflow {
    server: &'static Server,
    receiver: Receiver,
}

impl Registry for Mlflow {
    const API: &'static str = "/api/2.0/mlflow/webhooks";
    const FOREIGN_ANSWER: &'static str = "Not an MLflow Answer";
    const WHERE_IT_IS: &'static str = "tracking_uri";
    const REQUESTS_FOR_60: usize = 12;

    fn clearing() -> &'static str {
        if Feature::Clearing.is_there() {
            "update"
        } else {
            "delete-create"
        }
    }

    fn has_prompts() -> bool {
        Feature::Prompts.is_there()
    }

    fn start() -> Self {
        Self {
            server: Server::shared(),
            receiver: Receiver::start(),
        }
    }

    fn address(&self) -> SocketAddr {
        self.server.address()
    }

    fn rest(&self) -> Rest {
        self.server.rest()
    }

    fn experiment(name: &str) -> String {
        name.to_owned()
    }

    fn provider(url: &str) -> String {
        format!("provider \"mlflow\" {{\n  tracking_uri = {url:?}\n}}")
    }

    fn naming(expression: &str) -> String {
        format!("name = {expression}")
    }

    fn among(names: &str) -> String {
        format!("name_regex = \"^{names}\"")
    }

    fn spelt(event: &str) -> String {
        event.to_owned()
    }

    fn receiver(&self) -> String {
        self.receiver.url()
    }

    fn receiver_answers(&self, status: u16) {
        self.receiver.answer(status);
    }

    fn webhooks(&self, name: &str) -> Vec<Seen> {
        let found = self.server.rest().webhooks_named(name);
        let seen = |it: Value| Seen {
            id: text(&it["webhook_id"]),
            status: text(&it["status"]),
            description: text(&it["description"]),
            url: text(&it["url"]),
            everything: settled(it),
        };
        found.into_iter().map(seen).collect()
    }

    fn make(&self, made: &Made<'_>) -> String {
        let mut body = json!({
            "name": made.name,
            "url": self.receiver(),
            "events": [mlflow_event(made.event)],
            "status": made.status,
            "description": made.description,
        });
        if let Some(secret) = made.secret {
            body["secret"] = secret.into();
        }
        text(&self.server.rest().create_webhook(&body)["webhook_id"])
    }

    fn disturb(&self, id: &str, drift: Drift) {
        let change = match drift {
            Drift::Description => json!({"description": "Someone else's"}),
            Drift::Status => json!({"status": "DISABLED"}),
            Drift::Url => json!({"url": format!("{}/elsewhere", self.receiver())}),
            Drift::Events => json!({"events": [mlflow_event("model_version_tag.set")]}),
            Drift::Own => json!({"name": unique("renamed")}),
        };
        self.server.rest().patch_webhook(id, &change);
    }

    fn delete(&self, id: &str) {
        self.server.rest().delete_webhook(id);
    }

    fn assert_signs_with(&self, secret: Option<&str>) {
        let model = unique("model");
        self.server.rest().register_model(&model);
        let mine = |it: &super::http::Request| it.json()["data"]["name"] == model.as_str();
        let delivery = self.receiver.wait_for_matching(1, mine).remove(0);
        match secret {
            Some(secret) => assert!(is_signed_with(&delivery, secret), "{delivery:?}"),
            None => assert!(!is_signed(&delivery), "{delivery:?}"),
        }
    }

    fn assert_tested(&self, event: &str) {
        let delivered = self.receiver.wait_for(1);
        let (entity, action) = event.split_once('.').expect("an event of MLflow's");
        assert_eq!(delivered[0].json()["entity"], entity);
        assert_eq!(delivered[0].json()["action"], action);
    }
}

/// A workspace that belongs to the case alone. It delivers nothing but keeps what it would sign with.
impl Registry for Databricks {
    const API: &'static str = "/api/2.0/mlflow/registry-webhooks";
    const FOREIGN_ANSWER: &'static str = "Not a Databricks Answer";
    const WHERE_IT_IS: &'static str = "workspace";
    const REQUESTS_FOR_60: usize = 6;

    fn start() -> Self {
        Self::start()
    }

    fn address(&self) -> SocketAddr {
        self.address()
    }

    fn rest(&self) -> Rest {
        Rest::new(self.address(), "").with_token(ADMIN)
    }

    fn experiment(name: &str) -> String {
        format!("/Shared/{name}")
    }

    fn provider(url: &str) -> String {
        let credentials = format!("host  = {url:?}\n    token = {ADMIN:?}");
        format!("provider \"mlflow\" {{\n  databricks = {{\n    {credentials}\n  }}\n}}")
    }

    fn naming(_: &str) -> String {
        String::new()
    }

    fn among(_: &str) -> String {
        String::new()
    }

    fn spelt(event: &str) -> String {
        event.replace('.', "_").to_uppercase()
    }

    fn receiver(&self) -> String {
        "https://ci.example.com/hook".to_owned()
    }

    fn receiver_answers(&self, status: u16) {
        self.set(|options| options.receiver = (status, "thank you".to_owned()));
    }

    fn webhooks(&self, _: &str) -> Vec<Seen> {
        let seen = |it: Value| Seen {
            id: text(&it["id"]),
            status: text(&it["status"]),
            description: text(&it["description"]),
            url: text(&it["http_url_spec"]["url"]),
            everything: settled(it),
        };
        self.webhooks().into_iter().map(seen).collect()
    }

    fn make(&self, made: &Made<'_>) -> String {
        let mut body = json!({
            "events": [Self::spelt(made.event)],
            "status": made.status,
            "description": made.description,
            "http_url_spec": {"url": self.receiver()},
        });
        if let Some(secret) = made.secret {
            body["http_url_spec"]["secret"] = secret.into();
        }
        self.create(&body)
    }

    fn disturb(&self, id: &str, drift: Drift) {
        let url = self.receiver();
        let mut change = match drift {
            Drift::Description => json!({"description": "Someone else's"}),
            Drift::Status => json!({"status": "DISABLED"}),
            Drift::Url => json!({"http_url_spec": {"url": format!("{url}/elsewhere")}}),
            Drift::Events => json!({"events": [Self::spelt("model_version_tag.set")]}),
            Drift::Own => json!({"http_url_spec": {"url": url, "enable_ssl_verification": false}}),
        };
        change["id"] = id.into();
        self.patch(&change);
    }

    fn delete(&self, id: &str) {
        self.delete(id);
    }

    fn assert_signs_with(&self, secret: Option<&str>) {
        let kept = self.webhooks();
        assert_eq!(kept.len(), 1, "{kept:#?}");
        let kept = text(&kept[0]["http_url_spec"]["secret"]);
        assert_eq!(kept, secret.unwrap_or_default());
    }

    fn assert_tested(&self, event: &str) {
        let requests = self.requests().into_iter();
        let mut tests = requests.filter(|it| it.is("POST", "/registry-webhooks/test"));
        let test = tests.next().expect("a test was asked for");
        assert_eq!(test.json()["event"], Self::spelt(event));
    }
}

/// Lists functions of the calling module as [`Case`](super::Case)s, each for both registries.
macro_rules! on_both {
    ($($function:ident),+ $(,)?) => {
        vec![$(
            (
                concat!(module_path!(), "::mlflow::", stringify!($function)),
                $function::<$crate::support::registry::Mlflow> as fn(),
            ),
            (
                concat!(module_path!(), "::databricks::", stringify!($function)),
                $function::<$crate::support::databricks::Databricks> as fn(),
            ),
        )+]
    };
}
pub(crate) use on_both;

/// Without what changes at every write, and in one order.
fn settled(mut webhook: Value) -> Value {
    if let Some(fields) = webhook.as_object_mut() {
        fields.remove("last_updated_timestamp");
    }
    if let Some(events) = webhook["events"].as_array_mut() {
        events.sort_by_key(Value::to_string);
    }
    webhook
}

/// `model_version.created` as MLflow's REST API spells it.
fn mlflow_event(name: &str) -> Value {
    let (entity, action) = name.split_once('.').expect("an event of MLflow's");
    json!({"entity": entity.to_uppercase(), "action": action.to_uppercase()})
}
