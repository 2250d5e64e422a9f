//! Registered models of the workspace: what the registry keeps, takes and shows of them.

use serde_json::{Value, json};

use super::super::http::{Request, Response};
use super::asked::{
    Fields, body, either, no_such_call, only, query, refused, required, without_empty,
};
use super::{json as json_answer, registry};

const MODELS: &str = "/api/2.0/mlflow/registered-models/";
const VERSIONS: &str = "/api/2.0/mlflow/model-versions/search";
/// What only Databricks has: the same model with its id.
const WITH_ID: &str = "/api/2.0/mlflow/databricks/registered-models/get";

/// Whether a path is one of these calls.
pub(super) fn knows(path: &str) -> bool {
    path.starts_with(MODELS) || [VERSIONS, WITH_ID].contains(&path)
}

/// The models, as they are kept.
#[derive(Debug, Default)]
pub(super) struct Models {
    all: Vec<Value>,
    made: u64,
}

impl Models {
    pub(super) fn all(&self) -> &[Value] {
        &self.all
    }

    /// `exists`: the code of a name that is taken.
    pub(super) fn answer(&mut self, request: &Request, path: &str, exists: &str) -> Response {
        let done = match (request.method.as_str(), path) {
            ("GET", WITH_ID) => self.get(request),
            ("GET", VERSIONS) => Ok(json!({})),
            (method, path) => self.act(request, method, path.trim_start_matches(MODELS), exists),
        };
        done.map_or_else(|refusal| refusal, |body| json_answer(200, &body))
    }

    fn act(
        &mut self,
        request: &Request,
        method: &str,
        call: &str,
        exists: &str,
    ) -> Result<Value, Response> {
        match (method, call) {
            ("POST", "create") => self.create(body(request)?, exists),
            ("POST", "rename") => self.rename(body(request)?, exists),
            ("PATCH", "update") => self.update(body(request)?),
            ("POST", "set-tag") => self.set_tag(body(request)?),
            ("DELETE", "delete-tag") => self.delete_tag(&either(request)?),
            ("DELETE", "delete") => self.delete(&either(request)?),
            ("GET", "search") => Ok(self.search(request)),
            _ => Err(no_such_call()),
        }
    }

    fn create(&mut self, new: Fields, exists: &str) -> Result<Value, Response> {
        only(&new, &["name", "description", "tags"])?;
        let name = required(&new, "name")?;
        if self.at(&name).is_ok() {
            let taken = format!("Registered Model (name={name}) already exists.");
            return Err(refused(400, exists, &taken));
        }
        let now = registry::now();
        self.made += 1;
        let model = json!({
            "name": name,
            "description": new.get("description").cloned().unwrap_or_else(|| json!("")),
            "tags": new.get("tags").cloned().unwrap_or_else(|| json!([])),
            "creation_timestamp": now,
            "last_updated_timestamp": now,
            "user_id": "ada@example.com",
            "id": format!("{:032x}", 0xabc0_0000 + self.made),
        });
        let shown = plain(&model);
        self.all.push(model);
        Ok(json!({ "registered_model": shown }))
    }

    fn get(&self, request: &Request) -> Result<Value, Response> {
        let at = self.at(&required(&query(request), "name")?)?;
        let mut model = self.all[at].clone();
        model["permission_level"] = json!("CAN_MANAGE");
        Ok(json!({ "registered_model_databricks": without_empty(model) }))
    }

    fn rename(&mut self, change: Fields, exists: &str) -> Result<Value, Response> {
        only(&change, &["name", "new_name"])?;
        let at = self.at(&required(&change, "name")?)?;
        let name = required(&change, "new_name")?;
        if self.at(&name).is_ok() {
            let taken = format!("Registered Model (name={name}) already exists.");
            return Err(refused(400, exists, &taken));
        }
        self.all[at]["name"] = json!(name);
        Ok(json!({ "registered_model": plain(&self.all[at]) }))
    }

    fn update(&mut self, change: Fields) -> Result<Value, Response> {
        only(&change, &["name", "description"])?;
        let at = self.at(&required(&change, "name")?)?;
        let text = change.get("description").cloned();
        self.all[at]["description"] = text.unwrap_or_else(|| json!(""));
        Ok(json!({ "registered_model": plain(&self.all[at]) }))
    }

    fn set_tag(&mut self, change: Fields) -> Result<Value, Response> {
        only(&change, &["name", "key", "value"])?;
        let at = self.at(&required(&change, "name")?)?;
        let key = required(&change, "key")?;
        let value = change.get("value").cloned().unwrap_or_else(|| json!(""));
        if let Some(tags) = self.all[at]["tags"].as_array_mut() {
            tags.retain(|it| it["key"] != json!(key));
            tags.push(json!({"key": key, "value": value}));
        }
        Ok(json!({}))
    }

    fn delete_tag(&mut self, change: &Fields) -> Result<Value, Response> {
        let at = self.at(&required(change, "name")?)?;
        let key = required(change, "key")?;
        if let Some(tags) = self.all[at]["tags"].as_array_mut() {
            tags.retain(|it| it["key"] != json!(key));
        }
        Ok(json!({}))
    }

    fn delete(&mut self, asked: &Fields) -> Result<Value, Response> {
        let at = self.at(&required(asked, "name")?)?;
        self.all.remove(at);
        Ok(json!({}))
    }

    fn search(&self, request: &Request) -> Value {
        let query = query(request);
        let number = |key: &str, default: usize| {
            let text = query.get(key).and_then(Value::as_str);
            text.and_then(|it| it.parse().ok()).unwrap_or(default)
        };
        let (from, size) = (number("page_token", 0), number("max_results", 100));
        let mut answer = json!({});
        let page: Vec<_> = self.all.iter().skip(from).take(size).map(plain).collect();
        if !page.is_empty() {
            answer["registered_models"] = page.into();
        }
        if from + size < self.all.len() {
            answer["next_page_token"] = json!((from + size).to_string());
        }
        answer
    }

    fn at(&self, name: &str) -> Result<usize, Response> {
        let at = self.all.iter().position(|it| it["name"] == name);
        at.ok_or_else(|| {
            let absent = format!("Registered Model with name={name} not found");
            refused(404, "RESOURCE_DOES_NOT_EXIST", &absent)
        })
    }
}

/// A model as MLflow's own calls show it: without what only Databricks has.
fn plain(model: &Value) -> Value {
    let mut shown = model.clone();
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("id");
    }
    without_empty(shown)
}
