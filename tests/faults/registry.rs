//! The two registries, each behind a proxy of its own: how to configure a provider for it, what to
//! put there, and what is there now.

use std::{
    process::Command,
    sync::{Arc, LazyLock},
};

use terraform_provider_mlflow::wire::Value;

use crate::support::{
    databricks::{ADMIN, Databricks, Principal},
    host::plugin,
    mlflow::{self, Server},
    proxy::Proxy,
    receiver::Receiver,
    registry::Registry as _,
    rest::Rest,
};

/// What must never leave the process. Each is in a place of its own.
pub const CANARIES: [&str; 11] = [
    "canary-token",
    "canary-header",
    "canary-password",
    "canary-secret",
    "canary-authorization",
    "canary-client-secret",
    "canary-query",
    "canary-environment",
    ADMIN,
    mlflow::ADMIN_PASSWORD,
    "eyJ-oauth-token",
];

const CLIENT: &str = "canary-client-secret";

/// Takes every test delivery of MLflow's.
static RECEIVER: LazyLock<Receiver> = LazyLock::new(Receiver::start);

/// The provider's documented settings of that: seconds an attempt, attempts after the first.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub seconds: u64,
    pub retries: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Mlflow,
    /// MLflow with logins.
    Logins,
    Databricks,
}

/// A registry and the proxy in front of it.
pub struct Registry {
    pub kind: Kind,
    pub proxy: Proxy,
    databricks: Option<Arc<Databricks>>,
}

/// An object in the registry.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// What tells it from all others of its type.
    pub id: String,
    /// What its configuration wished for.
    pub description: String,
}

impl Registry {
    pub fn new(kind: Kind) -> Self {
        Self::with(kind, Server::shared)
    }

    /// The same, of MLflow without logins on this server.
    pub fn with(kind: Kind, server: fn() -> &'static Server) -> Self {
        match kind {
            Kind::Mlflow => Self {
                kind,
                proxy: Proxy::start(server().address()),
                databricks: None,
            },
            Kind::Logins => Self {
                kind,
                proxy: Proxy::start(Server::with_logins().address()),
                databricks: None,
            },
            Kind::Databricks => {
                let registry = Databricks::start();
                registry.add_client("client", CLIENT, Principal::Admin);
                Self {
                    kind,
                    proxy: Proxy::start(registry.address()),
                    databricks: Some(Arc::new(registry)),
                }
            }
        }
    }

    /// The same registry behind another proxy, as another network leads to it.
    pub fn again(&self) -> Self {
        let address = match &self.databricks {
            None => Server::shared().address(),
            Some(registry) => registry.address(),
        };
        Self {
            kind: self.kind,
            proxy: Proxy::start(address),
            databricks: self.databricks.clone(),
        }
    }

    /// Its REST API, for who may do everything; of MLflow, that of the server that all tests share.
    pub fn rest(&self) -> Rest {
        match &self.databricks {
            None => Server::shared().rest(),
            Some(registry) => registry.rest(),
        }
    }

    /// The stand-in itself, where it is one.
    pub fn databricks(&self) -> &Databricks {
        self.databricks.as_deref().expect("it is Databricks")
    }

    /// A provider process in its environment, which holds canaries too, and tells all it does.
    pub fn command(&self) -> Command {
        let mut command = plugin();
        command
            .env("TF_LOG", "TRACE")
            .env("MLFLOW_TRACKING_PASSWORD", "canary-password")
            .env("DATABRICKS_TOKEN_OF_OTHERS", "canary-environment");
        command
    }

    /// The provider block, with canaries wherever a secret can be.
    pub fn provider(&self, url: &str, patience: Patience, oauth: bool) -> Value {
        let headers = Value::map([("X-Gateway", Value::string("canary-header"))]);
        let mut arguments = vec![
            ("headers", headers),
            ("request_timeout", Value::number(patience.seconds)),
            ("max_retries", Value::number(patience.retries)),
        ];
        match self.kind {
            Kind::Mlflow => arguments.extend([
                ("tracking_uri", Value::string(url)),
                ("token", Value::string("canary-token")),
            ]),
            Kind::Logins => arguments.extend([
                ("tracking_uri", Value::string(url)),
                ("username", Value::string(mlflow::ADMIN)),
                ("password", Value::string(mlflow::ADMIN_PASSWORD)),
            ]),
            Kind::Databricks => arguments.push(("databricks", databricks(url, oauth))),
        }
        Value::object(arguments)
    }

    /// A configuration: told from all others by `mark`, and from its own past by `description`.
    pub fn webhook(&self, mark: &str, description: &str) -> Value {
        let mut http = vec![
            ("secret_wo", Value::string("canary-secret")),
            ("secret_wo_version", Value::number(1_u64)),
        ];
        let mut webhook = vec![("description", Value::string(description))];
        let event = Value::string("model_version.created");
        webhook.push(("events", Value::set(vec![event])));
        match self.kind {
            Kind::Mlflow | Kind::Logins => {
                webhook.push(("name", Value::string(mark)));
                let url = format!("{}?key=canary-query", RECEIVER.url());
                http.push(("url", Value::string(url)));
            }
            Kind::Databricks => {
                webhook.push(("model_name", Value::string(mark)));
                let url = "https://ci.example.com/hook?key=canary-query";
                http.push(("url", Value::string(url)));
                let authorization = Value::string("Bearer canary-authorization");
                http.push(("authorization_wo", authorization));
                http.push(("authorization_wo_version", Value::number(1_u64)));
            }
        }
        webhook.push(("http_url_spec", Value::List(vec![Value::object(http)])));
        Value::object(webhook)
    }

    /// Every webhook of this mark, as the registry has it.
    pub fn found(&self, mark: &str) -> Vec<Found> {
        let (webhooks, id) = match &self.databricks {
            None => (Server::shared().rest().webhooks_named(mark), "webhook_id"),
            Some(registry) => {
                let mut all = registry.webhooks();
                all.retain(|it| it["model_name"] == mark);
                (all, "id")
            }
        };
        let text = |it: &serde_json::Value| it.as_str().unwrap_or_default().to_owned();
        let found = webhooks.iter().map(|it| Found {
            id: text(&it[id]),
            description: text(&it["description"]),
        });
        found.collect()
    }

    /// Deletes every webhook of this mark.
    pub fn tidy(&self, mark: &str) {
        for found in self.found(mark) {
            match &self.databricks {
                None => Server::shared().rest().delete_webhook(&found.id),
                Some(registry) => registry.delete(&found.id),
            }
        }
    }
}

fn databricks(url: &str, oauth: bool) -> Value {
    let mut given = vec![("host", Value::string(url))];
    if oauth {
        given.push(("client_id", Value::string("client")));
        given.push(("client_secret", Value::string(CLIENT)));
    } else {
        given.push(("token", Value::string(ADMIN)));
    }
    Value::object(given)
}
