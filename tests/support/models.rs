//! Registered models, their versions and aliases by MLflow's REST API: to look, and to make drift.
//! Start at [`Models::shared`].

use std::{collections::BTreeMap, process::Command};

use serde_json::{Value, json};

use super::{
    mlflow::{self, Server},
    rest::{Rest, encoded, text},
};

const MODELS: &str = "/api/2.0/mlflow/registered-models";
const VERSIONS: &str = "/api/2.0/mlflow/model-versions";
const IS_PROMPT: &str = "mlflow.prompt.is_prompt";

/// The models of one server, or of one workspace on it.
#[derive(Clone, Debug)]
pub struct Models(Rest);

impl Models {
    /// Those of the server that all tests share.
    pub fn shared() -> Self {
        Self(Server::shared().rest())
    }

    pub fn of(rest: Rest) -> Self {
        Self(rest)
    }

    /// Makes one with a description and tags.
    pub fn make(&self, name: &str, description: &str, tags: &[(&str, &str)]) {
        let tags: Vec<_> = tags.iter().map(|it| tag(*it)).collect();
        let model = json!({"name": name, "description": description, "tags": tags});
        self.send("POST", &format!("{MODELS}/create"), &model);
    }

    /// Makes a prompt: a model with a tag.
    pub fn make_prompt(&self, name: &str) {
        self.make(name, "", &[(IS_PROMPT, "true")]);
    }

    /// The model, if there is one of this name.
    pub fn find(&self, name: &str) -> Option<Value> {
        let path = format!("{MODELS}/get?name={}", encoded(name));
        let answer = self.0.call("GET", &path, &Value::Null);
        if answer.status == 404 {
            return None;
        }
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        Some(answer.json()["registered_model"].take())
    }

    /// The names of those that begin with a text without quotes.
    pub fn beginning(&self, prefix: &str) -> Vec<String> {
        let filter = encoded(&format!("name LIKE '{prefix}%'"));
        let path = format!("{MODELS}/search?filter={filter}");
        let found = self.0.expect("GET", &path, &Value::Null);
        let all = found["registered_models"].as_array().cloned();
        let names = all.into_iter().flatten().map(|it| text(&it["name"]));
        names.collect()
    }

    pub fn get(&self, name: &str) -> Value {
        let found = self.find(name);
        found.unwrap_or_else(|| panic!("there is no model {name}"))
    }

    pub fn description(&self, name: &str) -> String {
        text(&self.get(name)["description"])
    }

    pub fn tags(&self, name: &str) -> BTreeMap<String, String> {
        pairs(&self.get(name)["tags"], "key", "value")
    }

    pub fn aliases(&self, name: &str) -> BTreeMap<String, String> {
        pairs(&self.get(name)["aliases"], "alias", "version")
    }

    pub fn describe(&self, name: &str, description: &str) {
        let change = json!({"name": name, "description": description});
        self.send("PATCH", &format!("{MODELS}/update"), &change);
    }

    pub fn set_tag(&self, name: &str, key: &str, value: &str) {
        let tag = json!({"name": name, "key": key, "value": value});
        self.send("POST", &format!("{MODELS}/set-tag"), &tag);
    }

    pub fn delete_tag(&self, name: &str, key: &str) {
        let tag = json!({"name": name, "key": key});
        self.send("DELETE", &format!("{MODELS}/delete-tag"), &tag);
    }

    /// Makes a prompt of a model that exists.
    pub fn turn_into_prompt(&self, name: &str) {
        self.set_tag(name, IS_PROMPT, "true");
    }

    pub fn turn_into_model(&self, name: &str) {
        self.delete_tag(name, IS_PROMPT);
    }

    pub fn rename(&self, name: &str, new: &str) {
        let names = json!({"name": name, "new_name": new});
        self.send("POST", &format!("{MODELS}/rename"), &names);
    }

    /// Deletes a model with all its versions.
    pub fn delete(&self, name: &str) {
        self.send(
            "DELETE",
            &format!("{MODELS}/delete"),
            &json!({"name": name}),
        );
    }

    /// Adds versions, and gives the number of the last.
    pub fn add_versions(&self, name: &str, count: usize) -> String {
        let version = json!({"name": name, "source": "s3://models/somewhere"});
        let path = format!("{VERSIONS}/create");
        let mut last = Value::Null;
        for _ in 0..count {
            last = self.send("POST", &path, &version);
        }
        text(&last["model_version"]["version"])
    }

    pub fn version(&self, name: &str, version: &str) -> Option<Value> {
        let name = encoded(name);
        let path = format!("{VERSIONS}/get?name={name}&version={version}");
        let answer = self.0.call("GET", &path, &Value::Null);
        (answer.status == 200).then(|| answer.json()["model_version"].take())
    }

    /// Adds a version with these fields, and gives its number.
    pub fn add_version(&self, name: &str, mut fields: Value) -> String {
        fields["name"] = name.into();
        let made = self.send("POST", &format!("{VERSIONS}/create"), &fields);
        text(&made["model_version"]["version"])
    }

    /// Adds a version of a prompt with this text, `text` or `chat`.
    pub fn add_prompt_version(&self, name: &str, kind: &str, text: &str) -> String {
        let tags = [
            (IS_PROMPT, "true"),
            ("mlflow.prompt.text", text),
            ("_mlflow_prompt_type", kind),
        ];
        let tags = tags.map(tag);
        self.add_version(name, json!({"source": "dummy-source", "tags": tags}))
    }

    pub fn version_tags(&self, name: &str, version: &str) -> BTreeMap<String, String> {
        let version = self
            .version(name, version)
            .expect("there is such a version");
        pairs(&version["tags"], "key", "value")
    }

    /// The numbers of all versions, also of those that searches hide.
    pub fn numbers(&self, name: &str) -> Vec<String> {
        let newest = self.get(name)["latest_versions"].clone();
        let newest = newest.as_array().into_iter().flatten();
        let newest = newest.filter_map(|it| text(&it["version"]).parse::<u64>().ok());
        let all = 1..=newest.max().unwrap_or_default();
        let numbers = all.map(|it| it.to_string());
        numbers
            .filter(|it| self.version(name, it).is_some())
            .collect()
    }

    pub fn describe_version(&self, name: &str, version: &str, description: &str) {
        let change = json!({"name": name, "version": version, "description": description});
        self.send("PATCH", &format!("{VERSIONS}/update"), &change);
    }

    pub fn delete_version_tag(&self, name: &str, version: &str, key: &str) {
        let tag = json!({"name": name, "version": version, "key": key});
        self.send("DELETE", &format!("{VERSIONS}/delete-tag"), &tag);
    }

    pub fn set_version_tag(&self, name: &str, version: &str, key: &str, value: &str) {
        let tag = json!({"name": name, "version": version, "key": key, "value": value});
        self.send("POST", &format!("{VERSIONS}/set-tag"), &tag);
    }

    pub fn delete_version(&self, name: &str, version: &str) {
        let version = json!({"name": name, "version": version});
        self.send("DELETE", &format!("{VERSIONS}/delete"), &version);
    }

    pub fn set_alias(&self, name: &str, alias: &str, version: &str) {
        let alias = json!({"name": name, "alias": alias, "version": version});
        self.send("POST", &format!("{MODELS}/alias"), &alias);
    }

    pub fn delete_alias(&self, name: &str, alias: &str) {
        let alias = json!({"name": name, "alias": alias});
        self.send("DELETE", &format!("{MODELS}/alias"), &alias);
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        self.0.expect(method, path, body)
    }
}

/// What a script prints that uses MLflow's own client, with the shared server's as its registry.
pub fn python(script: &str) -> String {
    let run = Command::new(mlflow::python())
        .args(["-c", script])
        .env("MLFLOW_TRACKING_URI", Server::shared().url())
        .env("MLFLOW_DISABLE_TELEMETRY", "true")
        .output();
    let run = run.expect("Python runs");
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{script}: {errors}");
    String::from_utf8_lossy(&run.stdout).trim().to_owned()
}

fn tag((key, value): (&str, &str)) -> Value {
    json!({"key": key, "value": value})
}

fn pairs(list: &Value, key: &str, value: &str) -> BTreeMap<String, String> {
    let all = list.as_array().into_iter().flatten();
    all.map(|it| (text(&it[key]), text(&it[value]))).collect()
}
