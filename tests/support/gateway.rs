//! The AI gateway by MLflow's REST API: to look, to make drift, and to call it as clients do. Start at
//! [`Gateway::shared`].

use serde_json::{Value, json};

use super::{
    http::Response,
    mlflow::Server,
    rest::{Rest, text},
};

const API: &str = "/api/3.0/mlflow/gateway";

/// The gateway of one server, or of one workspace on it.
#[derive(Clone, Debug)]
pub struct Gateway(Rest);

impl Gateway {
    /// That of the server that all tests share.
    pub fn shared() -> Self {
        Self(Server::shared().rest())
    }

    pub fn of(rest: Rest) -> Self {
        Self(rest)
    }

    /// Makes a secret of `openai`, and gives its id.
    pub fn make_secret(&self, name: &str, key: &str) -> String {
        let secret =
            json!({"secret_name": name, "provider": "openai", "secret_value": {"api_key": key}});
        let made = self.post("secrets/create", &secret);
        text(&made["secret"]["secret_id"])
    }

    /// Makes a definition of `gpt-4o`, and gives its id.
    pub fn make_definition(&self, name: &str, secret_id: &str) -> String {
        let definition = json!({
            "name": name, "secret_id": secret_id, "provider": "openai", "model_name": "gpt-4o"
        });
        let made = self.post("model-definitions/create", &definition);
        text(&made["model_definition"]["model_definition_id"])
    }

    /// Makes an endpoint with one model, and gives its id.
    pub fn make_endpoint(&self, name: &str, definition_id: &str) -> String {
        let model = json!({"model_definition_id": definition_id, "linkage_type": "PRIMARY"});
        let endpoint = json!({"name": name, "model_configs": [model], "usage_tracking": false});
        text(&self.post("endpoints/create", &endpoint)["endpoint"]["endpoint_id"])
    }

    pub fn make_budget(&self, budget: &Value) -> String {
        let made = self.post("budgets/create", budget);
        text(&made["budget_policy"]["budget_policy_id"])
    }

    pub fn secret(&self, id: &str) -> Option<Value> {
        self.find(&format!("secrets/get?secret_id={id}"), "secret")
    }

    pub fn definition(&self, id: &str) -> Option<Value> {
        let path = format!("model-definitions/get?model_definition_id={id}");
        self.find(&path, "model_definition")
    }

    pub fn endpoint(&self, id: &str) -> Option<Value> {
        self.find(&format!("endpoints/get?endpoint_id={id}"), "endpoint")
    }

    pub fn budget(&self, id: &str) -> Option<Value> {
        self.find(
            &format!("budgets/get?budget_policy_id={id}"),
            "budget_policy",
        )
    }

    /// All secrets whose names begin like this.
    pub fn secrets(&self, prefix: &str) -> Vec<Value> {
        self.list("secrets", "secrets", "secret_name", prefix)
    }

    pub fn definitions(&self, prefix: &str) -> Vec<Value> {
        self.list("model-definitions", "model_definitions", "name", prefix)
    }

    pub fn endpoints(&self, prefix: &str) -> Vec<Value> {
        self.list("endpoints", "endpoints", "name", prefix)
    }

    /// All budgets of this amount: they have no names.
    pub fn budgets(&self, amount: f64) -> Vec<Value> {
        let list = self.get("budgets/list?max_results=50000");
        let mut all = list["budget_policies"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        all.retain(|it| it["budget_amount"].as_f64() == Some(amount));
        all
    }

    /// A call that the server must accept.
    pub fn post(&self, path: &str, body: &Value) -> Value {
        self.0.expect("POST", &format!("{API}/{path}"), body)
    }

    /// A removal that the server must accept.
    pub fn delete(&self, path: &str, body: &Value) -> Value {
        self.0.expect("DELETE", &format!("{API}/{path}"), body)
    }

    pub fn delete_secret(&self, id: &str) {
        self.delete("secrets/delete", &json!({"secret_id": id}));
    }

    pub fn delete_definition(&self, id: &str) {
        let definition = json!({"model_definition_id": id});
        self.delete("model-definitions/delete", &definition);
    }

    pub fn delete_endpoint(&self, id: &str) {
        self.delete("endpoints/delete", &json!({"endpoint_id": id}));
    }

    pub fn delete_budget(&self, id: &str) {
        self.delete("budgets/delete", &json!({"budget_policy_id": id}));
    }

    /// Asks an endpoint as its clients do, whatever the answer.
    pub fn invoke(&self, endpoint: &str) -> Response {
        let question = json!({"messages": [{"role": "user", "content": "Well?"}]});
        let path = format!("/gateway/{endpoint}/mlflow/invocations");
        self.0.call("POST", &path, &question)
    }

    fn get(&self, path: &str) -> Value {
        self.0.expect("GET", &format!("{API}/{path}"), &Value::Null)
    }

    fn find(&self, path: &str, noun: &str) -> Option<Value> {
        let answer = self.0.call("GET", &format!("{API}/{path}"), &Value::Null);
        if answer.status == 404 {
            return None;
        }
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        Some(answer.json()[noun].take())
    }

    fn list(&self, path: &str, nouns: &str, name: &str, prefix: &str) -> Vec<Value> {
        let list = self.get(&format!("{path}/list"));
        let mut all = list[nouns].as_array().cloned().unwrap_or_default();
        all.retain(|it| text(&it[name]).starts_with(prefix));
        all
    }
}
