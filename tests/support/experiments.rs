//! Experiments and their runs by MLflow's REST API: to look, and to make drift. Start at
//! [`Experiments::shared`].

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    mlflow::Server,
    rest::{Rest, encoded, text},
};

const EXPERIMENTS: &str = "/api/2.0/mlflow/experiments";
const RUNS: &str = "/api/2.0/mlflow/runs";

/// How the tags begin that a Databricks workspace sets by itself.
const OF_DATABRICKS: [&str; 3] = [
    "mlflow.owner",
    "mlflow.experimentType",
    "mlflow.experiment.sourceName",
];

/// The experiments of one server, or of one workspace on it.
#[derive(Clone, Debug)]
pub struct Experiments(Rest);

impl Experiments {
    /// Those of the server that all tests share.
    pub fn shared() -> Self {
        Self(Server::shared().rest())
    }

    pub fn of(rest: Rest) -> Self {
        Self(rest)
    }

    /// Makes one with tags, and gives its id.
    pub fn make(&self, name: &str, tags: &[(&str, &str)]) -> String {
        let tag = |(key, value): &(&str, &str)| json!({"key": key, "value": value});
        let tags: Vec<_> = tags.iter().map(tag).collect();
        let made = self.send("create", &json!({"name": name, "tags": tags}));
        text(&made["experiment_id"])
    }

    /// The experiment of this id, deleted ones too.
    pub fn find(&self, id: &str) -> Option<Value> {
        self.read(&format!("get?experiment_id={id}"))
    }

    /// The experiment of this name, deleted ones too.
    pub fn find_named(&self, name: &str) -> Option<Value> {
        self.read(&format!("get-by-name?experiment_name={}", encoded(name)))
    }

    pub fn get(&self, id: &str) -> Value {
        let found = self.find(id);
        found.unwrap_or_else(|| panic!("there is no experiment {id}"))
    }

    pub fn named(&self, name: &str) -> Value {
        let found = self.find_named(name);
        found.unwrap_or_else(|| panic!("there is no experiment {name}"))
    }

    pub fn is_active(&self, id: &str) -> bool {
        self.get(id)["lifecycle_stage"] == "active"
    }

    /// All tags, in order, but those that a Databricks workspace sets by itself.
    pub fn tags(&self, id: &str) -> BTreeMap<String, String> {
        let tags = self.get(id)["tags"].as_array().cloned().unwrap_or_default();
        let pair = |tag: &Value| (text(&tag["key"]), text(&tag["value"]));
        let is_own =
            |(key, _): &(String, String)| OF_DATABRICKS.iter().any(|it| key.starts_with(it));
        tags.iter().map(pair).filter(|it| !is_own(it)).collect()
    }

    pub fn rename(&self, id: &str, name: &str) {
        self.send("update", &json!({"experiment_id": id, "new_name": name}));
    }

    pub fn delete(&self, id: &str) {
        self.send("delete", &json!({"experiment_id": id}));
    }

    pub fn restore(&self, id: &str) {
        self.send("restore", &json!({"experiment_id": id}));
    }

    pub fn set_tag(&self, id: &str, key: &str, value: &str) {
        let tag = json!({"experiment_id": id, "key": key, "value": value});
        self.send("set-experiment-tag", &tag);
    }

    pub fn delete_tag(&self, id: &str, key: &str) {
        let tag = json!({"experiment_id": id, "key": key});
        self.send("delete-experiment-tag", &tag);
    }

    /// Makes a run, and gives its id.
    pub fn make_run(&self, id: &str) -> String {
        let run = json!({"experiment_id": id});
        let made = self.0.expect("POST", &format!("{RUNS}/create"), &run);
        text(&made["run"]["info"]["run_id"])
    }

    pub fn delete_run(&self, run: &str) {
        let run = json!({"run_id": run});
        self.0.expect("POST", &format!("{RUNS}/delete"), &run);
    }

    pub fn run_is_active(&self, run: &str) -> bool {
        let path = format!("{RUNS}/get?run_id={run}");
        let run = self.0.expect("GET", &path, &Value::Null);
        run["run"]["info"]["lifecycle_stage"] == "active"
    }

    fn read(&self, path: &str) -> Option<Value> {
        let path = format!("{EXPERIMENTS}/{path}");
        let answer = self.0.call("GET", &path, &Value::Null);
        if answer.status == 404 {
            return None;
        }
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        Some(answer.json()["experiment"].take())
    }

    fn send(&self, endpoint: &str, body: &Value) -> Value {
        self.0
            .expect("POST", &format!("{EXPERIMENTS}/{endpoint}"), body)
    }
}
