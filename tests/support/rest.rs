//! MLflow's REST API as the tests use it: to look, and to make drift.

use std::net::SocketAddr;

use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::http::{Request, Response};

const API: &str = "/api/2.0/mlflow";

/// A caller of one server, in one workspace, as one user.
#[derive(Clone, Debug)]
pub struct Rest {
    address: SocketAddr,
    prefix: String,
    headers: Vec<(&'static str, String)>,
}

impl Rest {
    pub fn new(address: SocketAddr, prefix: &str) -> Self {
        Self {
            address,
            prefix: prefix.to_owned(),
            headers: Vec::new(),
        }
    }

    pub fn with_login(mut self, user: &str, password: &str) -> Self {
        let login = BASE64_STANDARD.encode(format!("{user}:{password}"));
        self.headers
            .push(("Authorization", format!("Basic {login}")));
        self
    }

    pub fn with_token(mut self, token: &str) -> Self {
        self.headers
            .push(("Authorization", format!("Bearer {token}")));
        self
    }

    pub fn in_workspace(mut self, workspace: &str) -> Self {
        self.headers
            .push(("X-MLFLOW-WORKSPACE", workspace.to_owned()));
        self
    }

    /// All webhooks of the registry, in one page: no test makes a thousand.
    pub fn webhooks(&self) -> Vec<Value> {
        let list = self.expect(
            "GET",
            &format!("{API}/webhooks?max_results=1000"),
            &Value::Null,
        );
        list["webhooks"].as_array().cloned().unwrap_or_default()
    }

    pub fn webhooks_named(&self, name: &str) -> Vec<Value> {
        let mut webhooks = self.webhooks();
        webhooks.retain(|webhook| webhook["name"] == name);
        webhooks
    }

    /// The only webhook of that name.
    pub fn webhook_named(&self, name: &str) -> Value {
        let mut found = self.webhooks_named(name);
        assert_eq!(found.len(), 1, "webhooks named {name}: {found:#?}");
        found.remove(0)
    }

    pub fn create_webhook(&self, webhook: &Value) -> Value {
        self.expect("POST", &format!("{API}/webhooks"), webhook)["webhook"].take()
    }

    pub fn patch_webhook(&self, id: &str, change: &Value) -> Value {
        self.expect("PATCH", &format!("{API}/webhooks/{id}"), change)["webhook"].take()
    }

    pub fn delete_webhook(&self, id: &str) {
        self.expect("DELETE", &format!("{API}/webhooks/{id}"), &Value::Null);
    }

    /// Registers a model, which fires `registered_model.created`.
    pub fn register_model(&self, name: &str) {
        self.expect(
            "POST",
            &format!("{API}/registered-models/create"),
            &json!({"name": name}),
        );
    }

    /// Adds a version to a model, which fires `model_version.created`.
    pub fn create_version(&self, model: &str) {
        let version = json!({"name": model, "source": "s3://models/somewhere"});
        self.expect("POST", &format!("{API}/model-versions/create"), &version);
    }

    /// Deletes a workspace with all it holds.
    pub fn delete_workspace(&self, name: &str) {
        let path = format!("/api/3.0/mlflow/workspaces/{name}?mode=CASCADE");
        let answer = self.call("DELETE", &path, &Value::Null);
        assert_eq!(answer.status, 204, "workspace {name}: {}", answer.text());
    }

    /// Makes a workspace, on a server that has them.
    pub fn create_workspace(&self, name: &str) {
        let answer = self.call("POST", "/api/3.0/mlflow/workspaces", &json!({"name": name}));
        assert!(
            matches!(answer.status, 200 | 201),
            "workspace {name}: {}",
            answer.text()
        );
    }

    /// One call, whatever its answer.
    pub fn call(&self, method: &str, path: &str, body: &Value) -> Response {
        let octets = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut request = Request::new(method, &format!("{}{path}", self.prefix), octets)
            .header("Content-Type", "application/json");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let answer = request.send(self.address);
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// One call that the server must accept.
    pub fn expect(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.call(method, path, body);
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text());
        serde_json::from_slice(&answer.body).expect("MLflow answers JSON")
    }
}

/// A text in an answer; empty where there is none.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A text as part of a path or query.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
