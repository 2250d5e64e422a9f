//! Versions of the workspace's registered models: numbered, in stages, and some time on their way into the
//! registry.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    super::http::{Request, Response},
    Options,
    asked::{
        self, Fields, body, either, invalid, no_such_call, only, query, refused, required, texts,
    },
    registry,
};

const VERSIONS: &str = "/api/2.0/mlflow/model-versions/";
/// With a comment, which only Databricks takes.
const TRANSITION: &str = "/api/2.0/mlflow/databricks/model-versions/transition-stage";

const STAGES: [&str; 4] = ["None", "Staging", "Production", "Archived"];

/// The versions of all models, as they are kept.
#[derive(Debug, Default)]
pub(super) struct Versions {
    all: Vec<Value>,
    /// The last number that each model gave.
    last: BTreeMap<String, u64>,
}

/// Whether a path is one of these calls.
pub(super) fn knows(path: &str) -> bool {
    path.starts_with(VERSIONS) || path == TRANSITION
}

impl Versions {
    /// `is_model`: whether there is a model of this name.
    pub(super) fn answer(
        &mut self,
        request: &Request,
        path: &str,
        options: &Options,
        is_model: impl Fn(&str) -> bool,
    ) -> Result<Value, Response> {
        match (request.method.as_str(), path.trim_start_matches(VERSIONS)) {
            ("POST", "create") => self.create(&body(request)?, options, is_model),
            ("GET", "get") => self.get(&query(request), options),
            ("GET", "search") => self.search(&query(request), options),
            ("PATCH", "update") => self.update(&body(request)?),
            ("POST", "set-tag") => self.set_tag(&body(request)?),
            ("DELETE", "delete-tag") => self.delete_tag(&either(request)?),
            ("DELETE", "delete") => self.delete(&either(request)?),
            ("POST", TRANSITION) => self.transition(&body(request)?),
            _ => Err(no_such_call()),
        }
    }

    fn create(
        &mut self,
        new: &Fields,
        options: &Options,
        is_model: impl Fn(&str) -> bool,
    ) -> Result<Value, Response> {
        let fields = ["name", "source", "run_id", "run_link", "description"];
        only(new, &[&fields[..], &["tags"]].concat())?;
        texts(new, &fields)?;
        let (name, source) = (required(new, "name")?, required(new, "source")?);
        if !is_model(&name) {
            return Err(absent(&format!("RegisteredModel '{name}' does not exist.")));
        }
        let last = self.last.entry(name.clone()).or_default();
        *last += 1;
        let (number, now) = (last.to_string(), registry::now());
        let status = match options.pending {
            0 => "READY",
            _ => "PENDING_REGISTRATION",
        };
        let mut version = json!({
            "name": name, "version": number, "source": source, "status": status,
            "current_stage": "None", "tags": asked::tags(new)?, "user_id": "ada@example.com",
            "creation_timestamp": now, "last_updated_timestamp": now, "looks": 0,
        });
        for field in ["run_id", "run_link", "description"] {
            version[field] = new.get(field).cloned().unwrap_or_else(|| json!(""));
        }
        let shown = show(&version);
        self.all.push(version);
        Ok(json!({ "model_version": shown }))
    }

    /// A look or two later its files are in the registry.
    fn get(&mut self, asked: &Fields, options: &Options) -> Result<Value, Response> {
        only(asked, &["name", "version"])?;
        let at = self.at(asked)?;
        let version = &mut self.all[at];
        let looks = version["looks"].as_u64().unwrap_or_default() + 1;
        version["looks"] = looks.into();
        let is_over = usize::try_from(looks).is_ok_and(|looks| looks > options.pending);
        if is_over && version["status"] == "PENDING_REGISTRATION" {
            match options.fails {
                None => version["status"] = "READY".into(),
                Some(words) => {
                    version["status"] = "FAILED_REGISTRATION".into();
                    version["status_message"] = words.into();
                }
            }
        }
        Ok(json!({ "model_version": show(version) }))
    }

    /// A single condition, and no order that anyone could rely on.
    fn search(&self, asked: &Fields, options: &Options) -> Result<Value, Response> {
        only(asked, &["filter", "max_results", "page_token"])?;
        let name = match asked::text(asked, "filter") {
            None => None,
            Some(filter) => {
                let quoted = filter
                    .strip_prefix("name='")
                    .and_then(|it| it.strip_suffix('\''));
                let name = quoted.filter(|name| !name.contains('\''));
                Some(name.ok_or_else(|| invalid("The filter is a single condition on name."))?)
            }
        };
        let most = asked::text(asked, "max_results")
            .unwrap_or("1000")
            .parse()
            .ok();
        let most = most.filter(|it| (1..=10_000).contains(it));
        let most: usize = most.ok_or_else(|| invalid("max_results is out of range."))?;
        let all = self
            .all
            .iter()
            .filter(|it| name.is_none_or(|name| it["name"] == name));
        let all = all.map(show).collect();
        asked::page(all, "model_versions", asked, most.min(options.page_size))
    }

    fn update(&mut self, change: &Fields) -> Result<Value, Response> {
        only(change, &["name", "version", "description"])?;
        texts(change, &["description"])?;
        let at = self.at(change)?;
        if let Some(text) = change.get("description") {
            self.all[at]["description"] = text.clone();
        }
        Ok(json!({ "model_version": show(&self.all[at]) }))
    }

    fn set_tag(&mut self, change: &Fields) -> Result<Value, Response> {
        only(change, &["name", "version", "key", "value"])?;
        texts(change, &["value"])?;
        let (at, key) = (self.at(change)?, required(change, "key")?);
        let value = asked::text(change, "value").unwrap_or_default();
        asked::set_tag(&mut self.all[at], &key, value);
        Ok(json!({}))
    }

    fn delete_tag(&mut self, asked: &Fields) -> Result<Value, Response> {
        only(asked, &["name", "version", "key"])?;
        let (at, key) = (self.at(asked)?, required(asked, "key")?);
        asked::remove_tag(&mut self.all[at], &key);
        Ok(json!({}))
    }

    fn delete(&mut self, asked: &Fields) -> Result<Value, Response> {
        only(asked, &["name", "version"])?;
        let at = self.at(asked)?;
        expect_idle(std::iter::once(&self.all[at]))?;
        self.all.remove(at);
        Ok(json!({}))
    }

    fn transition(&mut self, asked: &Fields) -> Result<Value, Response> {
        let fields = [
            "name",
            "version",
            "stage",
            "archive_existing_versions",
            "comment",
        ];
        only(asked, &fields)?;
        let (at, stage) = (self.at(asked)?, required(asked, "stage")?);
        if !STAGES.contains(&stage.as_str()) {
            return Err(invalid("Unknown stage."));
        }
        self.all[at]["current_stage"] = stage.into();
        Ok(json!({ "model_version_databricks": show(&self.all[at]) }))
    }

    fn at(&self, asked: &Fields) -> Result<usize, Response> {
        let (name, number) = (required(asked, "name")?, required(asked, "version")?);
        let is_it = |it: &Value| it["name"] == name && it["version"] == number;
        let at = self.all.iter().position(is_it);
        at.ok_or_else(|| absent(&format!("ModelVersion '{name}/{number}' does not exist.")))
    }

    fn of<'a>(&'a self, model: &'a str) -> impl Iterator<Item = &'a Value> {
        self.all.iter().filter(move |it| it["name"] == model)
    }

    /// The newest of a model in each stage, of those that are ready.
    pub(super) fn latest(&self, model: &str) -> Vec<Value> {
        let ready = |it: &&Value| it["status"] == "READY";
        let of_stage = |stage: &&str| {
            let all = self.of(model).filter(ready);
            all.filter(|it| it["current_stage"] == **stage)
                .last()
                .map(show)
        };
        STAGES.iter().filter_map(of_stage).collect()
    }

    /// Refuses what would take a version along that is in use.
    pub(super) fn expect_idle(&self, model: &str) -> Result<(), Response> {
        expect_idle(self.of(model))
    }

    pub(super) fn rename(&mut self, model: &str, new: &str) {
        for version in self.all.iter_mut().filter(|it| it["name"] == model) {
            version["name"] = new.into();
        }
        if let Some(last) = self.last.remove(model) {
            self.last.insert(new.to_owned(), last);
        }
    }

    pub(super) fn delete_all(&mut self, model: &str) {
        self.all.retain(|it| it["name"] != model);
        self.last.remove(model);
    }
}

/// Nothing is renamed or deleted that is in Staging or Production.
fn expect_idle<'a>(mut versions: impl Iterator<Item = &'a Value>) -> Result<(), Response> {
    let in_use =
        |it: &Value| it["current_stage"] == "Staging" || it["current_stage"] == "Production";
    match versions.any(in_use) {
        false => Ok(()),
        true => Err(refused(
            400,
            "INVALID_STATE",
            "A version is in Staging or Production.",
        )),
    }
}

fn show(version: &Value) -> Value {
    let mut shown = version.clone();
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("looks");
    }
    asked::without_empty(shown)
}

fn absent(text: &str) -> Response {
    refused(404, "RESOURCE_DOES_NOT_EXIST", text)
}
