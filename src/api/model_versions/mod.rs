//! Versions of registered models and of prompts: numbered by the server, so a creation that is repeated
//! makes another one.

mod wire;

use std::{fmt, marker::PhantomData};

use serde_json::{Value, json};

use self::wire::{one, page};

use crate::api::{
    area::Area,
    call::{About, Call, nothing},
    complete::LONGEST_PAGE,
    equals::Among,
    error::Error,
    http::{Request, Response},
    kind::ServerKind,
    model_kind::{self, ModelKind},
    object::Object,
    page::Page,
    registered_models,
    tags::{self, TagChange, Tags},
};

const VERSIONS: &str = "/api/2.0/mlflow/model-versions";

/// What tells a version from the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionKey {
    /// The name of its model or prompt.
    pub model: String,
    /// Its number, in decimal digits without leading zeros.
    pub version: String,
}

impl fmt::Display for VersionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.model, self.version)
    }
}

/// A version as its server shows it. Texts are never empty: servers show "none" and "empty" alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelVersion {
    /// What it is of, and its number.
    pub key: VersionKey,
    /// What it is; of a prompt, the commit message.
    pub description: Option<String>,
    /// Where its files are, as the server has rewritten it.
    pub source: Option<String>,
    /// The run that made it.
    pub run_id: Option<String>,
    /// Where to look at that run.
    pub run_link: Option<String>,
    /// Whether it can be used, such as `READY`.
    pub status: String,
    /// Why it cannot, where a Databricks workspace tells.
    pub status_message: Option<String>,
    /// Its stage, by the old way of promoting.
    pub stage: Option<String>,
    /// All its tags, also those that MLflow keeps for itself.
    pub tags: Tags,
    /// The aliases that stand for it. A search leaves them out.
    pub aliases: Vec<String>,
    /// Unix milliseconds.
    pub creation_timestamp: i64,
    /// Unix milliseconds.
    pub last_updated_timestamp: i64,
}

/// A version to create.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewVersion {
    /// The name of its model or prompt.
    pub model: String,
    /// Where its files are. The server may rewrite it.
    pub source: String,
    /// The run that made it. Left out, the server may fill it in.
    pub run_id: Option<String>,
    /// Where to look at that run.
    pub run_link: Option<String>,
    /// The logged model that it is of. No answer shows it.
    pub model_id: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

/// Versions of models of one kind.
#[derive(Debug)]
pub struct Versions<K>(PhantomData<fn(K)>);

impl ModelVersion {
    /// Whether it is a version of this kind. One may stand in a model of the other kind.
    #[must_use]
    pub fn is<K: ModelKind>(&self) -> bool {
        model_kind::is_prompt(&self.tags) == K::IS_PROMPT
    }

    /// Whether its files are still being taken into the registry.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        is_pending(&self.status)
    }

    /// Whether its files could not be taken into the registry, ever.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        has_failed(&self.status)
    }

    /// Whether it shows what was sent. The source may have been rewritten on the way, and only one
    /// that names a version by an alias is.
    fn shows<K: ModelKind>(&self, new: &NewVersion) -> bool {
        let is_told = |sent: &Option<String>, shown: &Option<String>| match sent {
            Some(sent) => sent.is_empty() && shown.is_none() || shown.as_ref() == Some(sent),
            None => true,
        };
        let rewritten = new.source.starts_with("models:/");
        self.key.model == new.model
            && (rewritten || self.source.as_ref() == Some(&new.source))
            && is_told(&new.run_id, &self.run_id)
            && self.run_link == new.run_link.clone().filter(|it| !it.is_empty())
            && self.description == new.description.clone().filter(|it| !it.is_empty())
            && self.tags == K::marked(&new.tags)
    }
}

impl<K: ModelKind> Object for Versions<K> {
    type Key = VersionKey;
    type Remote = ModelVersion;

    const HAS_EQUALS: bool = true;

    fn area() -> &'static Area {
        K::versions()
    }

    fn get(key: &VersionKey) -> Call<ModelVersion> {
        let query = vec![
            ("name", key.model.clone()),
            ("version", key.version.clone()),
        ];
        let request = Request::read(format!("{VERSIONS}/get"), query);
        let about = About::existing(K::versions(), "reading", key.to_string());
        Call::new(about, request, one)
    }

    fn within(key: &VersionKey) -> Option<Call<()>> {
        Some(registered_models::exists::<K>(&key.model))
    }

    fn page(size: usize, token: Option<&str>) -> Option<Call<Page<ModelVersion>>> {
        Some(searched::<K, _>(None, size, token, page))
    }

    fn key(version: &ModelVersion) -> VersionKey {
        version.key.clone()
    }

    fn is_half(listed: &ModelVersion) -> bool {
        model_kind::are_half::<K>(&listed.tags)
    }

    fn created(version: &ModelVersion) -> Option<i64> {
        Some(version.creation_timestamp)
    }
}

/// Whether a version of this status is still being taken into the registry.
#[must_use]
pub fn is_pending(status: &str) -> bool {
    status == "PENDING_REGISTRATION"
}

/// Whether a version of this status could not be taken into the registry.
#[must_use]
pub fn has_failed(status: &str) -> bool {
    status == "FAILED_REGISTRATION"
}

/// Creates a version, with its tags. What is not found is the model, or what the source names.
#[must_use]
pub fn create<K: ModelKind>(new: &NewVersion) -> Call<ModelVersion> {
    let tags = tags::to_wire(&K::marked(&new.tags));
    let mut body = json!({ "name": new.model, "source": new.source, "tags": tags });
    for (name, value) in [
        ("run_id", &new.run_id),
        ("run_link", &new.run_link),
        ("model_id", &new.model_id),
        ("description", &new.description),
    ] {
        if let Some(value) = value {
            body[name] = value.as_str().into();
        }
    }
    let about = About::existing(K::area(), "adding a version to", &new.model);
    let request = Request::post(format!("{VERSIONS}/create"), body);
    Call::new(about.referring(), request, one)
}

/// Whether a version shows what was sent for it.
pub fn shows<K: ModelKind>(new: NewVersion) -> impl Fn(&ModelVersion) -> bool + Send + Sync {
    move |version| version.shows::<K>(&new)
}

/// Where a version is that a lost answer may have made. A search is not asked on MLflow, where a version
/// that is marked as a prompt's hides all those of a model from it; and is on Databricks, where what is the
/// newest is told only of those that are ready.
#[must_use]
pub fn newest_of<K: ModelKind>(on: ServerKind, model: &str) -> Among<Versions<K>> {
    if on == ServerKind::Databricks {
        let model = model.to_owned();
        return Among::Listed(Box::new(move |size, token| {
            of_model::<K>(&model, size, token)
        }));
    }
    let before = |key: &VersionKey| {
        let number = key.version.parse::<u64>().ok()?;
        let earlier = number.checked_sub(1).filter(|it| *it > 0)?;
        Some(VersionKey {
            model: key.model.clone(),
            version: earlier.to_string(),
        })
    };
    Among::Newest {
        newest: newest::<K>(model),
        before,
    }
}

/// The newest version that no stage was given to, as none was yet to a new one.
fn newest<K: ModelKind>(model: &str) -> Call<Option<ModelVersion>> {
    let query = vec![("name", model.to_owned()), ("stages", "None".to_owned())];
    let path = "/api/2.0/mlflow/registered-models/get-latest-versions";
    let about = About::existing(K::area(), "looking for the newest version of", model);
    Call::new(about, Request::read(path.to_owned(), query), |answer| {
        Ok(page(answer)?.items.into_iter().next_back())
    })
}

/// Describes a version anew; an empty text clears it. It cannot be left out: that clears it too.
#[must_use]
pub fn describe<K: ModelKind>(key: &VersionKey, description: &str) -> Call<ModelVersion> {
    let mut body = of(key);
    body["description"] = description.into();
    let request = Request::patch(format!("{VERSIONS}/update"), body);
    let about = About::existing(K::versions(), "describing", key.to_string());
    Call::new(about, request, one)
}

/// Sets or removes one tag. Each makes a webhook fire.
#[must_use]
pub fn tag<K: ModelKind>(key: &VersionKey, change: &TagChange) -> Call<()> {
    let about = |doing: &'static str| About::existing(K::versions(), doing, key.to_string());
    match change {
        TagChange::Set { key: tag, value } => {
            let mut body = of(key);
            body["key"] = tag.as_str().into();
            body["value"] = value.as_str().into();
            let request = Request::post(format!("{VERSIONS}/set-tag"), body);
            Call::new(about("setting a tag of"), request, nothing)
        }
        TagChange::Remove { key: tag } => {
            let path = format!("{VERSIONS}/delete-tag");
            let [model, version] = named(key);
            let tag = [model, version, ("key", tag.as_str())];
            Call::removal(about("removing a tag of"), path, &tag)
        }
    }
}

/// Deletes a version. Its number is never given again.
#[must_use]
pub fn delete<K: ModelKind>(key: &VersionKey) -> Call<()> {
    let about = About::existing(K::versions(), "deleting", key.to_string());
    Call::removal(about, format!("{VERSIONS}/delete"), &named(key))
}

/// One page of a model's versions, newest first and without their aliases. `None` where no filter can
/// name the model: one with both kinds of quotes in its name cannot be written in any.
#[must_use]
pub fn of_model<K: ModelKind>(
    model: &str,
    size: usize,
    token: Option<&str>,
) -> Option<Call<Page<ModelVersion>>> {
    Some(searched::<K, _>(Some(filter(model)?), size, token, page))
}

/// One page of the numbers of a model's versions. `None` as of [`of_model`].
#[must_use]
pub fn numbers<K: ModelKind>(model: &str, token: Option<&str>) -> Option<Call<Page<String>>> {
    let numbers = |answer: &Response| {
        let Page { items, next } = page(answer)?;
        let items = items.into_iter().map(|it| it.key.version).collect();
        Ok(Page { items, next })
    };
    Some(searched::<K, _>(
        Some(filter(model)?),
        LONGEST_PAGE,
        token,
        numbers,
    ))
}

fn of(key: &VersionKey) -> Value {
    json!({ "name": key.model, "version": key.version })
}

fn named(key: &VersionKey) -> [(&'static str, &str); 2] {
    [("name", &key.model), ("version", &key.version)]
}

fn filter(model: &str) -> Option<String> {
    let quote = ['\'', '"'].into_iter().find(|it| !model.contains(*it))?;
    Some(format!("name={quote}{model}{quote}"))
}

/// The same of a search. Which orders a Databricks workspace knows is not documented alike, so it is asked
/// for none.
fn searched<K: ModelKind, T: 'static>(
    filter: Option<String>,
    size: usize,
    token: Option<&str>,
    read: fn(&Response) -> Result<Page<T>, Error>,
) -> Call<Page<T>> {
    let request = search::<K>(filter, size, token);
    let mut unordered = request.clone();
    unordered.query.retain(|(name, _)| *name != "order_by");
    Call::new(About::all(K::versions()), request, read).on_databricks(unordered)
}

/// One page of versions, those of a model newest first. The order of the last update, which is the
/// server's own, shifts while others write.
pub(in crate::api) fn search<K: ModelKind>(
    filter: Option<String>,
    size: usize,
    token: Option<&str>,
) -> Request {
    let conditions = filter.into_iter().chain(K::FILTER.map(str::to_owned));
    let conditions = conditions.collect::<Vec<_>>().join(" AND ");
    let mut query = vec![
        // A version may hold the longest of texts, and an answer has its bounds.
        ("max_results", size.div_ceil(4).to_string()),
        ("order_by", "name ASC".to_owned()),
        ("order_by", "version_number DESC".to_owned()),
    ];
    if !conditions.is_empty() {
        query.push(("filter", conditions));
    }
    query.extend(token.map(|token| ("page_token", token.to_owned())));
    Request::read(format!("{VERSIONS}/search"), query)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model_kind::{Models, Prompts};

    fn key() -> VersionKey {
        VersionKey {
            model: "m".to_owned(),
            version: "7".to_owned(),
        }
    }

    fn line<T>(call: &Call<T>) -> String {
        let body = call.request.body.as_ref();
        let body = body.map(ToString::to_string).unwrap_or_default();
        let query = call.request.query.iter();
        let query: Vec<_> = query.map(|(key, value)| format!("{key}={value}")).collect();
        let path = call.request.path.rsplit('/').next().unwrap_or_default();
        format!("{} {path}?{} {body}", call.request.method, query.join("&"))
    }

    #[test]
    fn a_databricks_workspace_is_asked_as_its_documentation_has_it() {
        let listed = of_model::<Models>("m", 8, None).unwrap();
        let query = &listed.request_to(ServerKind::Databricks).query;
        let asked = [("max_results", "2"), ("filter", "name='m'")];
        assert_eq!(*query, asked.map(|(key, text)| (key, text.to_owned())));
        let deletion = delete::<Models>(&key());
        let deletion = deletion.request_to(ServerKind::Databricks);
        let named = [("name", "m"), ("version", "7")];
        let named = named.map(|(key, text)| (key, text.to_owned()));
        assert_eq!((&deletion.query[..], &deletion.body), (&named[..], &None));
        for (among, expected) in [
            (newest_of::<Models>(ServerKind::Mlflow, "m"), "Newest"),
            (newest_of::<Models>(ServerKind::Databricks, "m"), "Listed"),
        ] {
            assert_eq!(format!("{among:?}"), expected);
        }
    }

    #[test]
    fn each_call_has_its_method_path_and_body() {
        let new = NewVersion {
            model: "m".to_owned(),
            source: "s3://b/a".to_owned(),
            run_id: Some("r".to_owned()),
            ..NewVersion::default()
        };
        let [set, gone] = TagChange::of_each_kind();
        for (line, expected) in [
            (
                line(&Versions::<Models>::get(&key())),
                "GET get?name=m&version=7 ",
            ),
            (
                line(&create::<Models>(&new)),
                r#"POST create? {"name":"m","run_id":"r","source":"s3://b/a","tags":[]}"#,
            ),
            (
                line(&describe::<Models>(&key(), "")),
                r#"PATCH update? {"description":"","name":"m","version":"7"}"#,
            ),
            (
                line(&tag::<Models>(&key(), &set)),
                r#"POST set-tag? {"key":"k","name":"m","value":"","version":"7"}"#,
            ),
            (
                line(&tag::<Models>(&key(), &gone)),
                r#"DELETE delete-tag? {"key":"k","name":"m","version":"7"}"#,
            ),
            (
                line(&delete::<Models>(&key())),
                r#"DELETE delete? {"name":"m","version":"7"}"#,
            ),
            (
                line(&newest::<Models>("m")),
                "GET get-latest-versions?name=m&stages=None ",
            ),
            (
                line(&of_model::<Prompts>("m", 1000, Some("t")).unwrap()),
                "GET search?max_results=250&order_by=name ASC&order_by=version_number DESC\
                 &filter=name='m' AND tags.`mlflow.prompt.is_prompt` = 'true'&page_token=t ",
            ),
        ] {
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn a_name_is_quoted_by_what_it_does_not_hold() {
        for (name, filter) in [
            ("m", Some("name='m'")),
            ("it's", Some("name=\"it's\"")),
            ("a \"b\"", Some("name='a \"b\"'")),
            ("'\"", None),
        ] {
            let found = super::filter(name);
            assert_eq!(found.as_deref(), filter, "{name}");
        }
    }

    #[test]
    fn a_version_shows_what_was_sent_though_its_source_was_resolved() {
        let body = r#"{"model_version":{"name":"m","version":"7","creation_timestamp":1,
            "last_updated_timestamp":2,"description":"","source":"models:/n/3","run_id":"r",
            "run_link":"","status":"READY","current_stage":"None"}}"#;
        let version = one(&Response::for_test(200, body)).unwrap();
        assert_eq!(version.key.to_string(), "m/7");
        assert_eq!((&version.description, &version.run_link), (&None, &None));
        let sent = |source: &str, run_id: Option<&str>, tag: &str| NewVersion {
            model: "m".to_owned(),
            source: source.to_owned(),
            run_id: run_id.map(str::to_owned),
            tags: tag
                .split_whitespace()
                .map(|it| (it.to_owned(), String::new()))
                .collect(),
            ..NewVersion::default()
        };
        for (new, is_it) in [
            (sent("models:/n@champion", None, ""), true),
            (sent("models:/n/3", Some("r"), ""), true),
            (sent("models:/n/3", Some("other"), ""), false),
            (sent("s3://b/a", None, ""), false),
            (sent("models:/n/3", None, "k"), false),
        ] {
            assert_eq!(shows::<Models>(new.clone())(&version), is_it, "{new:?}");
        }
        assert!(version.is::<Models>() && !version.is::<Prompts>());
    }

    #[test]
    fn numbers_lead_back_to_the_first() {
        let Among::Newest { before, .. } = newest_of::<Models>(ServerKind::Mlflow, "m") else {
            panic!("versions are numbered");
        };
        assert_eq!(before(&key()).unwrap().version, "6");
        let first = VersionKey {
            version: "1".to_owned(),
            ..key()
        };
        assert_eq!(before(&first), None);
    }
}
