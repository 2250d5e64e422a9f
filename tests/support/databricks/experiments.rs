//! Experiments of the workspace: files in its folders, deleted softly. A deleted one keeps its name, and
//! keeps it from nobody.

use serde_json::{Value, json};

use super::{
    super::http::{Request, Response},
    Options,
    asked::{
        self, Fields, body, invalid, no_such_call, only, query, refused, required, set_tag, tags,
        texts,
    },
    json as json_answer, registry,
};

const EXPERIMENTS: &str = "/api/2.0/mlflow/experiments/";

/// The folders that there are.
const FOLDERS: [&str; 2] = ["/Shared", "/Users/ada@example.com"];

/// What is no experiment, and has a name all the same.
const NOTEBOOK: &str = "/Shared/notebook";

/// Where deleted ones go.
const TRASH: &str = "/Users/ada@example.com/Trash";
/// Where one in the trash was, which is not shown.
const ORIGIN: &str = "origin";

/// So many tags are promised to be taken by one request, and values so long in bytes.
const MOST_TAGS: usize = 20;
const LONGEST_VALUE: usize = 5000;

/// The tag that follows the name.
const SOURCE_NAME: &str = "mlflow.experiment.sourceName";

/// The experiments, deleted ones too, as they are kept.
#[derive(Debug, Default)]
pub(super) struct Experiments {
    all: Vec<Value>,
    made: u64,
}

/// Whether a path is one of these calls.
pub(super) fn knows(path: &str) -> bool {
    path.starts_with(EXPERIMENTS)
}

impl Experiments {
    pub(super) fn all(&self) -> &[Value] {
        &self.all
    }

    pub(super) fn answer(&mut self, request: &Request, path: &str, options: &Options) -> Response {
        let call = path.trim_start_matches(EXPERIMENTS);
        let done = match (request.method.as_str(), call) {
            ("GET", "get") => self.get(&query(request), options),
            ("GET", "get-by-name") => self.get_by_name(&query(request), options),
            ("POST", call) => body(request).and_then(|asked| self.act(call, &asked, options)),
            _ => Err(no_such_call()),
        };
        done.map_or_else(|refusal| refusal, |body| json_answer(200, &body))
    }

    fn act(&mut self, call: &str, asked: &Fields, options: &Options) -> Result<Value, Response> {
        match call {
            "create" => self.create(asked, options),
            "search" => self.search(asked, options),
            "update" => self.rename(asked, options),
            "delete" => self.delete(asked, options),
            "restore" => self.restore(asked, options),
            "set-experiment-tag" => self.set_tag(asked),
            _ => Err(no_such_call()),
        }
    }

    fn create(&mut self, new: &Fields, options: &Options) -> Result<Value, Response> {
        only(
            new,
            &["name", "artifact_location", "tags", "trace_location"],
        )?;
        texts(new, &["name", "artifact_location"])?;
        let name = path(&required(new, "name")?)?;
        let tags = tags(new)?;
        let is_long = |tag: &Value| {
            tag["value"]
                .as_str()
                .is_some_and(|it| it.len() > LONGEST_VALUE)
        };
        if tags.len() > MOST_TAGS || tags.iter().any(is_long) {
            return Err(invalid("One request sets 20 tags of 5000 bytes."));
        }
        self.expect_free(&name, options)?;
        self.made += 1;
        let (id, now) = (3_141_592_653_589_000 + self.made, registry::now());
        let id = match options.has_hex_ids {
            true => format!("bf{id:030x}"),
            false => id.to_string(),
        };
        let location = format!("dbfs:/databricks/mlflow-tracking/{id}");
        let location = new
            .get("artifact_location")
            .cloned()
            .unwrap_or_else(|| json!(location));
        self.all.push(json!({
            "experiment_id": id,
            "name": name,
            "artifact_location": location,
            "lifecycle_stage": "active",
            "creation_time": now,
            "last_update_time": now,
            "tags": with_own(tags, &name),
        }));
        Ok(json!({ "experiment_id": id }))
    }

    fn get(&self, asked: &Fields, options: &Options) -> Result<Value, Response> {
        only(asked, &["experiment_id"])?;
        let at = self.at(asked)?;
        Ok(json!({ "experiment": show(&self.all[at], options) }))
    }

    /// Of several deleted ones it shows any.
    fn get_by_name(&self, asked: &Fields, options: &Options) -> Result<Value, Response> {
        only(asked, &["experiment_name"])?;
        let name = path(&required(asked, "experiment_name")?)?;
        let mut named = self.all.iter().filter(|it| it["name"] == name);
        let any = named.clone().next();
        let found = named.find(|it| is_active(it)).or(any);
        let found = found.ok_or_else(|| absent(&format!("Node {name} does not exist.")))?;
        Ok(json!({ "experiment": show(found, options) }))
    }

    fn search(&self, asked: &Fields, options: &Options) -> Result<Value, Response> {
        only(asked, &["max_results", "page_token", "view_type"])?;
        let most = asked
            .get("max_results")
            .and_then(Value::as_u64)
            .unwrap_or(1000);
        let most = usize::try_from(most)
            .ok()
            .filter(|it| (1..=3000).contains(it));
        let most = most.ok_or_else(|| invalid("max_results is out of range."))?;
        let view = asked
            .get("view_type")
            .map_or("ACTIVE_ONLY", |it| it.as_str().unwrap_or(""));
        let passes: fn(&Value) -> bool = match view {
            "ACTIVE_ONLY" => is_active,
            "DELETED_ONLY" => |it| !is_active(it),
            "ALL" => |_| true,
            _ => return Err(invalid("Unknown view_type.")),
        };
        let all = self.all.iter().rev().filter(|it| passes(it));
        let all = all.map(|it| show(it, options)).collect();
        asked::page(all, "experiments", asked, most.min(options.page_size))
    }

    fn rename(&mut self, asked: &Fields, options: &Options) -> Result<Value, Response> {
        only(asked, &["experiment_id", "new_name"])?;
        let (at, name) = (self.active(asked)?, path(&required(asked, "new_name")?)?);
        if self.all[at]["name"] != name {
            self.expect_free(&name, options)?;
        }
        self.change(at, "name", &name);
        set_tag(&mut self.all[at], SOURCE_NAME, &name);
        Ok(json!({}))
    }

    fn delete(&mut self, asked: &Fields, options: &Options) -> Result<Value, Response> {
        let done = self.move_to(asked, "active", "deleted")?;
        if options.has_trash {
            let at = self.at(asked)?;
            let name = self.all[at]["name"].clone();
            let (_, file) = name
                .as_str()
                .and_then(|it| it.rsplit_once('/'))
                .unwrap_or_default();
            self.all[at]["name"] = format!("{TRASH}/{file}-{}", registry::now()).into();
            self.all[at][ORIGIN] = name;
        }
        Ok(done)
    }

    fn restore(&mut self, asked: &Fields, options: &Options) -> Result<Value, Response> {
        let at = self.at(asked)?;
        if !is_active(&self.all[at]) {
            let kept = self.all[at].as_object().expect("an object");
            let name = asked::text(kept, ORIGIN).or_else(|| asked::text(kept, "name"));
            let name = name.unwrap_or_default().to_owned();
            self.expect_free(&name, options)?;
            self.all[at]["name"] = name.into();
        }
        self.move_to(asked, "deleted", "active")
    }

    fn move_to(&mut self, asked: &Fields, from: &str, to: &str) -> Result<Value, Response> {
        only(asked, &["experiment_id"])?;
        let at = self.at(asked)?;
        if self.all[at]["lifecycle_stage"] != from {
            return Err(absent(&format!(
                "There is no {from} experiment of this id."
            )));
        }
        self.change(at, "lifecycle_stage", to);
        Ok(json!({}))
    }

    fn set_tag(&mut self, asked: &Fields) -> Result<Value, Response> {
        only(asked, &["experiment_id", "key", "value"])?;
        texts(asked, &["key", "value"])?;
        let (at, key) = (self.active(asked)?, required(asked, "key")?);
        let value = asked::text(asked, "value").ok_or_else(|| invalid("A tag has a value."))?;
        if value.len() > 64 * 1024 {
            return Err(invalid("A value has at most 64 KB."));
        }
        set_tag(&mut self.all[at], &key, value);
        Ok(json!({}))
    }

    fn change(&mut self, at: usize, field: &str, value: &str) {
        self.all[at][field] = value.into();
        self.all[at]["last_update_time"] = registry::now().into();
    }

    fn at(&self, asked: &Fields) -> Result<usize, Response> {
        let id = required(asked, "experiment_id")?;
        let at = self.all.iter().position(|it| it["experiment_id"] == id);
        at.ok_or_else(|| absent(&format!("Node ID {id} does not exist.")))
    }

    fn active(&self, asked: &Fields) -> Result<usize, Response> {
        let at = self.at(asked)?;
        match is_active(&self.all[at]) {
            true => Ok(at),
            false => Err(refused(400, "INVALID_STATE", "The experiment is deleted.")),
        }
    }

    fn expect_free(&self, name: &str, options: &Options) -> Result<(), Response> {
        let has_it = |it: &Value| it["name"] == name && is_active(it);
        let is_other = FOLDERS.contains(&name) || name == NOTEBOOK;
        if is_other || self.all.iter().any(has_it) {
            let taken = format!("Node named '{name}' already exists");
            return Err(refused(400, options.exists, &taken));
        }
        let (folder, _) = name.rsplit_once('/').unwrap_or_default();
        match FOLDERS.contains(&folder) {
            true => Ok(()),
            false => Err(absent(&format!(
                "Workspace directory '{folder}' not found."
            ))),
        }
    }
}

/// The tags with those that every experiment gets from the workspace; one of them comes twice.
fn with_own(mut tags: Vec<Value>, name: &str) -> Vec<Value> {
    let own = [
        ("mlflow.ownerId", "7890123456789012"),
        (SOURCE_NAME, name),
        ("mlflow.ownerId", "7890123456789012"),
        ("mlflow.ownerEmail", "ada@example.com"),
        ("mlflow.experimentType", "MLFLOW_EXPERIMENT"),
    ];
    tags.extend(own.map(|(key, value)| json!({ "key": key, "value": value })));
    tags
}

/// One path, however it is written.
fn path(name: &str) -> Result<String, Response> {
    let rest = name
        .strip_prefix("/Workspace")
        .filter(|it| it.starts_with('/'));
    let path = rest.unwrap_or(name).trim_end_matches('/');
    match path.starts_with('/') {
        true => Ok(path.to_owned()),
        false => Err(invalid(&format!(
            "Got an invalid experiment name '{name}'. An experiment name must be an absolute path within \
             the Databricks workspace. E.g. '/Users/<some-username>/my-experiment'."
        ))),
    }
}

fn show(experiment: &Value, options: &Options) -> Value {
    let mut shown = experiment.clone();
    if let Some(fields) = shown.as_object_mut() {
        fields.remove(ORIGIN);
    }
    if options.shows_root {
        let name = shown["name"].as_str().unwrap_or_default();
        shown["name"] = format!("/Workspace{name}").into();
    }
    asked::without_empty(shown)
}

fn is_active(experiment: &Value) -> bool {
    experiment["lifecycle_stage"] == "active"
}

fn absent(text: &str) -> Response {
    refused(404, "RESOURCE_DOES_NOT_EXIST", text)
}
