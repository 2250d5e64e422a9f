//! Registered models of the workspace: what the registry keeps, takes and shows of them.

use serde_json::{Value, json};

use super::{
    super::http::{Request, Response},
    Options,
    asked::{
        self, Fields, body, either, invalid, no_such_call, only, query, refused, required,
        without_empty,
    },
    json as json_answer, registry,
    versions::{self, Versions},
};

const MODELS: &str = "/api/2.0/mlflow/registered-models/";
/// What only Databricks has: the same model with its id.
const WITH_ID: &str = "/api/2.0/mlflow/databricks/registered-models/get";

/// Whether a path is one of these calls.
pub(super) fn knows(path: &str) -> bool {
    path.starts_with(MODELS) || path == WITH_ID || versions::knows(path)
}

/// The models, as they are kept.
#[derive(Debug, Default)]
pub(super) struct Models {
    all: Vec<Value>,
    made: u64,
    versions: Versions,
}

impl Models {
    pub(super) fn all(&self) -> &[Value] {
        &self.all
    }

    pub(super) fn answer(&mut self, request: &Request, path: &str, options: &Options) -> Response {
        let done = if versions::knows(path) {
            let all = &self.all;
            let is_model = |name: &str| all.iter().any(|it| it["name"] == name);
            self.versions.answer(request, path, options, is_model)
        } else {
            self.act(request, path, options)
        };
        done.map_or_else(|refusal| refusal, |body| json_answer(200, &body))
    }

    fn act(&mut self, request: &Request, path: &str, options: &Options) -> Result<Value, Response> {
        let (call, exists) = (path.trim_start_matches(MODELS), options.exists);
        match (request.method.as_str(), call) {
            ("GET", WITH_ID) => self.get_with_id(request),
            ("GET", "get") => self.get(request),
            ("POST", "create") => self.create(&body(request)?, exists),
            ("POST", "rename") => self.rename(&body(request)?, exists),
            ("PATCH", "update") => self.update(&body(request)?),
            ("POST", "set-tag") => self.set_tag(&body(request)?),
            ("DELETE", "delete-tag") => self.delete_tag(&either(request)?),
            ("DELETE", "delete") => self.delete(&either(request)?),
            ("GET", "search") => self.search(&query(request), options),
            _ => Err(no_such_call()),
        }
    }

    fn create(&mut self, new: &Fields, exists: &str) -> Result<Value, Response> {
        only(new, &["name", "description", "tags"])?;
        let name = required(new, "name")?;
        expect_form(&name)?;
        if self.at(&name).is_ok() {
            let taken = format!("Registered Model (name={name}) already exists.");
            return Err(refused(400, exists, &taken));
        }
        let now = registry::now();
        self.made += 1;
        let model = json!({
            "name": name,
            "description": new.get("description").cloned().unwrap_or_else(|| json!("")),
            "tags": asked::tags(new)?,
            "creation_timestamp": now,
            "last_updated_timestamp": now,
            "user_id": "ada@example.com",
            "id": format!("{:032x}", 0xabc0_0000 + self.made),
        });
        let shown = self.plain(&model);
        self.all.push(model);
        Ok(json!({ "registered_model": shown }))
    }

    fn get(&self, request: &Request) -> Result<Value, Response> {
        let at = self.at(&required(&query(request), "name")?)?;
        Ok(json!({ "registered_model": self.plain(&self.all[at]) }))
    }

    fn get_with_id(&self, request: &Request) -> Result<Value, Response> {
        let at = self.at(&required(&query(request), "name")?)?;
        let mut model = self.whole(&self.all[at]);
        model["permission_level"] = json!("CAN_MANAGE");
        Ok(json!({ "registered_model_databricks": without_empty(model) }))
    }

    fn rename(&mut self, change: &Fields, exists: &str) -> Result<Value, Response> {
        only(change, &["name", "new_name"])?;
        let (old, name) = (required(change, "name")?, required(change, "new_name")?);
        let at = self.at(&old)?;
        expect_form(&name)?;
        if self.at(&name).is_ok() {
            let taken = format!("Registered Model (name={name}) already exists.");
            return Err(refused(400, exists, &taken));
        }
        self.versions.expect_idle(&old)?;
        self.versions.rename(&old, &name);
        self.all[at]["name"] = json!(name);
        Ok(json!({ "registered_model": self.plain(&self.all[at]) }))
    }

    fn update(&mut self, change: &Fields) -> Result<Value, Response> {
        only(change, &["name", "description"])?;
        let at = self.at(&required(change, "name")?)?;
        let text = change.get("description").cloned();
        self.all[at]["description"] = text.unwrap_or_else(|| json!(""));
        Ok(json!({ "registered_model": self.plain(&self.all[at]) }))
    }

    fn set_tag(&mut self, change: &Fields) -> Result<Value, Response> {
        only(change, &["name", "key", "value"])?;
        let at = self.at(&required(change, "name")?)?;
        let (key, value) = (required(change, "key")?, asked::text(change, "value"));
        asked::set_tag(&mut self.all[at], &key, value.unwrap_or_default());
        Ok(json!({}))
    }

    fn delete_tag(&mut self, asked: &Fields) -> Result<Value, Response> {
        only(asked, &["name", "key"])?;
        let (at, key) = (self.at(&required(asked, "name")?)?, required(asked, "key")?);
        asked::remove_tag(&mut self.all[at], &key);
        Ok(json!({}))
    }

    fn delete(&mut self, asked: &Fields) -> Result<Value, Response> {
        only(asked, &["name"])?;
        let name = required(asked, "name")?;
        let at = self.at(&name)?;
        self.versions.expect_idle(&name)?;
        self.versions.delete_all(&name);
        self.all.remove(at);
        Ok(json!({}))
    }

    fn search(&self, asked: &Fields, options: &Options) -> Result<Value, Response> {
        only(asked, &["max_results", "page_token"])?;
        let most = asked::text(asked, "max_results")
            .unwrap_or("100")
            .parse()
            .ok();
        let most = most.filter(|it| (1..=1000).contains(it));
        let most: usize = most.ok_or_else(|| invalid("max_results is out of range."))?;
        let all = self.all.iter().map(|it| self.plain(it)).collect();
        asked::page(all, "registered_models", asked, most.min(options.page_size))
    }

    fn whole(&self, model: &Value) -> Value {
        let mut shown = model.clone();
        let name = model["name"].as_str().unwrap_or_default();
        shown["latest_versions"] = self.versions.latest(name).into();
        shown
    }

    /// A model as MLflow's own calls show it: without what only Databricks has.
    fn plain(&self, model: &Value) -> Value {
        let mut shown = self.whole(model);
        if let Some(fields) = shown.as_object_mut() {
            fields.remove("id");
        }
        without_empty(shown)
    }

    fn at(&self, name: &str) -> Result<usize, Response> {
        let at = self.all.iter().position(|it| it["name"] == name);
        at.ok_or_else(|| {
            let absent = format!("Registered Model with name={name} not found");
            refused(404, "RESOURCE_DOES_NOT_EXIST", &absent)
        })
    }
}

/// Those with periods are names of Unity Catalog, which another API is for.
fn expect_form(name: &str) -> Result<(), Response> {
    match name.contains(['/', '.', ':']) {
        false => Ok(()),
        true => Err(invalid(&format!(
            "Invalid name '{name}'. A workspace registered model name must be a non-empty UTF-8 string \
             and cannot contain forward slashes(/), periods(.), or colons(:)."
        ))),
    }
}
