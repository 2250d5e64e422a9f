//! Registered models: their names are unique in a workspace, and there is no id beside the name. A
//! prompt is a registered model too, of another [`ModelKind`].

use std::marker::PhantomData;

use serde::Deserialize;
use serde_json::json;

use crate::api::{
    area::Area,
    call::{About, Call, nothing, parse, parse_page},
    error::Error,
    http::{Request, Response},
    kind::ServerKind,
    model_kind::{self, ModelKind, Models},
    object::Object,
    page::Page,
    tags::{self, TagChange, Tags, WireTag},
};

const MODELS: &str = "/api/2.0/mlflow/registered-models";

/// Where only a Databricks workspace shows a model, with its id.
const WITH_ID: &str = "/api/2.0/mlflow/databricks/registered-models/get";

/// A registered model as its server shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredModel {
    /// What tells it from the others; case matters.
    pub name: String,
    /// Never an empty text: servers show "none" and "empty" alike.
    pub description: Option<String>,
    /// All its tags, also those that MLflow keeps for itself.
    pub tags: Tags,
    /// Its aliases, and the version that each stands for. The version may be gone.
    pub aliases: Tags,
    /// Unix milliseconds.
    pub creation_timestamp: i64,
    /// Unix milliseconds; moves also when nothing changes.
    pub last_updated_timestamp: i64,
    /// The newest version in each stage that has one, by the stage.
    pub latest_versions: Tags,
    /// The id by which a Databricks workspace knows it where its permissions are managed.
    pub databricks_id: Option<String>,
}

/// A registered model to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRegisteredModel {
    /// Its name.
    pub name: String,
    /// `None` and an empty text are the same to a server.
    pub description: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

/// Registered models of one kind, each under its name. Reading one does not look at its kind.
#[derive(Debug)]
pub struct Registered<K>(PhantomData<fn(K)>);

/// Those that are models.
pub type RegisteredModels = Registered<Models>;

impl RegisteredModel {
    /// Whether it has a version.
    #[must_use]
    pub fn has_versions(&self) -> bool {
        !self.latest_versions.is_empty()
    }

    /// The newest of its versions, whatever their kind.
    #[must_use]
    pub fn newest_version(&self) -> Option<&String> {
        let numbers = self.latest_versions.values();
        numbers.max_by_key(|it| it.parse::<u64>().unwrap_or_default())
    }

    /// Whether it is of this kind.
    #[must_use]
    pub fn is<K: ModelKind>(&self) -> bool {
        model_kind::is_prompt(&self.tags) == K::IS_PROMPT
    }
}

impl<K: ModelKind> Object for Registered<K> {
    type Key = String;
    type Remote = RegisteredModel;

    fn area() -> &'static Area {
        K::area()
    }

    fn get(name: &String) -> Call<RegisteredModel> {
        reading::<K, _>(name, one)
    }

    fn page(size: usize, token: Option<&str>) -> Option<Call<Page<RegisteredModel>>> {
        let request = search::<K>(size, token);
        Some(Call::new(About::all(K::area()), request, page))
    }

    /// A Databricks workspace tells a model's id only of one that is asked for by its name.
    fn is_listed_whole(on: ServerKind) -> bool {
        on == ServerKind::Mlflow
    }

    fn key(model: &RegisteredModel) -> String {
        model.name.clone()
    }

    fn is_half(listed: &RegisteredModel) -> bool {
        model_kind::are_half::<K>(&listed.tags)
    }

    fn created(model: &RegisteredModel) -> Option<i64> {
        Some(model.creation_timestamp)
    }
}

/// Creates a model with its tags, in one transaction.
#[must_use]
pub fn create<K: ModelKind>(new: &NewRegisteredModel) -> Call<RegisteredModel> {
    let mut body = json!({ "name": new.name, "tags": tags::to_wire(&K::marked(&new.tags)) });
    if let Some(description) = &new.description {
        body["description"] = description.as_str().into();
    }
    let about = About::new(K::area(), Some(new.name.clone()));
    Call::new(about, Request::post(format!("{MODELS}/create"), body), one)
}

/// Whether a model shows what was sent for it.
pub fn shows<K: ModelKind>(
    new: NewRegisteredModel,
) -> impl Fn(&RegisteredModel) -> bool + Send + Sync {
    move |model| {
        let text = new.description.as_ref().filter(|text| !text.is_empty());
        model.description.as_ref() == text && model.tags == K::marked(&new.tags)
    }
}

/// Gives a model another name. Versions, tags and aliases go along.
#[must_use]
pub fn rename<K: ModelKind>(name: &str, new_name: &str) -> Call<RegisteredModel> {
    let body = json!({ "name": name, "new_name": new_name });
    let about = About::existing(K::area(), "renaming", name);
    Call::new(about, Request::post(format!("{MODELS}/rename"), body), one)
}

/// Describes a model anew; an empty text clears it. It cannot be left out: that clears it too.
#[must_use]
pub fn describe<K: ModelKind>(name: &str, description: &str) -> Call<RegisteredModel> {
    let body = json!({ "name": name, "description": description });
    let about = About::existing(K::area(), "describing", name);
    Call::new(about, Request::patch(format!("{MODELS}/update"), body), one)
}

/// Sets or removes one tag. Repeating it does no harm.
#[must_use]
pub fn tag<K: ModelKind>(name: &str, change: &TagChange) -> Call<()> {
    let (doing, request) = match change {
        TagChange::Set { key, value } => {
            let body = json!({ "name": name, "key": key, "value": value });
            let request = Request::post(format!("{MODELS}/set-tag"), body);
            ("setting a tag of", request)
        }
        TagChange::Remove { key } => {
            let about = About::existing(K::area(), "removing a tag of", name);
            let tag = [("name", name), ("key", key.as_str())];
            return Call::removal(about, format!("{MODELS}/delete-tag"), &tag);
        }
    };
    Call::new(About::existing(K::area(), doing, name), request, nothing)
}

/// Deletes a model with all its versions, aliases and tags, for good.
#[must_use]
pub fn delete<K: ModelKind>(name: &str) -> Call<()> {
    let about = About::existing(K::area(), "deleting", name);
    Call::removal(about, format!("{MODELS}/delete"), &[("name", name)])
}

/// Whether there is one of this name, of whatever kind.
pub(in crate::api) fn exists<K: ModelKind>(name: &str) -> Call<()> {
    reading::<K, _>(name, |answer| one(answer).map(drop))
}

/// A Databricks workspace shows a model with its id where MLflow has no such call.
fn reading<K: ModelKind, T: 'static>(
    name: &str,
    read: fn(&Response) -> Result<T, Error>,
) -> Call<T> {
    let about = About::existing(K::area(), "reading", name);
    let at = |path: &str| Request::read(path, vec![("name", name.to_owned())]);
    Call::new(about, at(&format!("{MODELS}/get")), read).on_databricks(at(WITH_ID))
}

/// One page of those of a kind.
pub(in crate::api) fn search<K: ModelKind>(size: usize, token: Option<&str>) -> Request {
    let mut query = vec![("max_results", size.to_string())];
    query.extend(K::FILTER.map(|filter| ("filter", filter.to_owned())));
    query.extend(token.map(|token| ("page_token", token.to_owned())));
    Request::read(format!("{MODELS}/search"), query)
}

#[derive(Deserialize)]
struct One {
    #[serde(alias = "registered_model_databricks")]
    registered_model: WireModel,
}

#[derive(Default, Deserialize)]
struct Many {
    registered_models: Vec<WireModel>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct WireModel {
    name: String,
    description: Option<String>,
    #[serde(default)]
    tags: Vec<WireTag>,
    #[serde(default)]
    aliases: Vec<WireAlias>,
    #[serde(default)]
    latest_versions: Vec<WireLatest>,
    creation_timestamp: i64,
    last_updated_timestamp: i64,
    id: Option<String>,
}

#[derive(Deserialize)]
struct WireLatest {
    version: String,
    #[serde(default = "no_stage")]
    current_stage: String,
}

/// So MLflow names the stage of a version that is in none.
fn no_stage() -> String {
    "None".to_owned()
}

#[derive(Deserialize)]
struct WireAlias {
    alias: String,
    version: String,
}

fn one(answer: &Response) -> Result<RegisteredModel, Error> {
    parse::<One>(answer).map(|one| one.registered_model.into())
}

fn page(answer: &Response) -> Result<Page<RegisteredModel>, Error> {
    let many: Many = parse_page(answer)?;
    Ok(Page::new(
        many.registered_models.into_iter().map(Into::into).collect(),
        many.next_page_token,
    ))
}

impl From<WireModel> for RegisteredModel {
    fn from(wire: WireModel) -> Self {
        let aliases = wire.aliases.into_iter();
        let latest = wire.latest_versions.into_iter();
        Self {
            name: wire.name,
            description: wire.description.filter(|text| !text.is_empty()),
            tags: tags::of_wire(wire.tags),
            aliases: aliases.map(|it| (it.alias, it.version)).collect(),
            creation_timestamp: wire.creation_timestamp,
            last_updated_timestamp: wire.last_updated_timestamp,
            latest_versions: latest.map(|it| (it.current_stage, it.version)).collect(),
            databricks_id: wire.id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model_kind::Prompts;

    fn line<T>(call: &Call<T>) -> String {
        call.line(MODELS)
    }

    #[test]
    fn each_call_has_its_method_path_and_body() {
        let new = NewRegisteredModel {
            name: "m".to_owned(),
            description: None,
            tags: [("k".to_owned(), "v".to_owned())].into(),
        };
        let [set, gone] = TagChange::of_each_kind();
        for (line, expected) in [
            (
                line(&RegisteredModels::get(&"m 1".to_owned())),
                "GET /get?name=m 1 ",
            ),
            (
                line(&create::<Models>(&new)),
                r#"POST /create? {"name":"m","tags":[{"key":"k","value":"v"}]}"#,
            ),
            (
                line(&rename::<Models>("m", "n")),
                r#"POST /rename? {"name":"m","new_name":"n"}"#,
            ),
            (
                line(&describe::<Models>("m", "")),
                r#"PATCH /update? {"description":"","name":"m"}"#,
            ),
            (
                line(&tag::<Models>("m", &set)),
                r#"POST /set-tag? {"key":"k","name":"m","value":""}"#,
            ),
            (
                line(&tag::<Models>("m", &gone)),
                r#"DELETE /delete-tag? {"key":"k","name":"m"}"#,
            ),
            (
                line(&delete::<Models>("m")),
                r#"DELETE /delete? {"name":"m"}"#,
            ),
            (
                line(&RegisteredModels::page(7, Some("t")).unwrap()),
                "GET /search?max_results=7&page_token=t ",
            ),
            (
                line(&Registered::<Prompts>::page(7, None).unwrap()),
                "GET /search?max_results=7&filter=tags.`mlflow.prompt.is_prompt` = 'true' ",
            ),
            (
                line(&create::<Prompts>(&new)),
                r#"POST /create? {"name":"m","tags":[{"key":"k","value":"v"},{"key":"mlflow.prompt.is_prompt","value":"true"}]}"#,
            ),
        ] {
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn what_an_answer_leaves_out_is_empty() {
        let body = r#"{"registered_model":{"name":"m","creation_timestamp":1,"last_updated_timestamp":2,
            "latest_versions":[{"version":"10"},{"version":"9","current_stage":"Staging"}],
            "description":"","aliases":[{"alias":"a","version":"7"}],"new":1,
            "tags":[{"key":"mlflow.prompt.is_prompt","value":"true"},{"key":"k"}]}}"#;
        let model = one(&Response::for_test(200, body)).unwrap();
        assert_eq!(model.description, None);
        assert_eq!(model.aliases["a"], "7");
        assert_eq!(model.tags["k"], "");
        assert!(model.is::<Prompts>() && !model.is::<Models>() && model.has_versions());
        assert_eq!(model.newest_version().map(String::as_str), Some("10"));
        assert!(
            page(&Response::for_test(200, "{}"))
                .unwrap()
                .items
                .is_empty()
        );
        assert!(one(&Response::for_test(200, "<p>login</p>")).is_err());
    }
}
