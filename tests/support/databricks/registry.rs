//! The webhook registry: what it keeps, what it takes, what it shows.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{
    super::http::{Request, Response},
    Options, Patch, Principal,
    asked::{Fields, body, invalid, no_such_call, only, pairs, refused, text, texts},
    json as json_answer,
};

pub(super) const API: &str = "/api/2.0/mlflow/registry-webhooks";

const EVENTS: [&str; 12] = [
    "COMMENT_CREATED",
    "MODEL_VERSION_CREATED",
    "MODEL_VERSION_TAG_SET",
    "MODEL_VERSION_TRANSITIONED_STAGE",
    "MODEL_VERSION_TRANSITIONED_TO_ARCHIVED",
    "MODEL_VERSION_TRANSITIONED_TO_PRODUCTION",
    "MODEL_VERSION_TRANSITIONED_TO_STAGING",
    "REGISTERED_MODEL_CREATED",
    "TRANSITION_REQUEST_CREATED",
    "TRANSITION_REQUEST_TO_ARCHIVED_CREATED",
    "TRANSITION_REQUEST_TO_PRODUCTION_CREATED",
    "TRANSITION_REQUEST_TO_STAGING_CREATED",
];

const TARGETS: [Target; 2] = [
    Target {
        name: "http_url_spec",
        texts: &["url", "secret", "authorization"],
        required: &["url"],
        hidden: &["secret", "authorization"],
    },
    Target {
        name: "job_spec",
        texts: &["job_id", "workspace_url", "access_token"],
        required: &["job_id", "access_token"],
        hidden: &["access_token"],
    },
];

/// One kind of target.
struct Target {
    name: &'static str,
    texts: &'static [&'static str],
    required: &'static [&'static str],
    /// Never shown.
    hidden: &'static [&'static str],
}

/// Webhooks with their secrets, and how they were before each write.
#[derive(Debug, Default)]
pub(super) struct Store {
    webhooks: Vec<Value>,
    past: Vec<(Instant, Vec<Value>)>,
    made: u64,
}

impl Store {
    pub(super) fn all(&self) -> &[Value] {
        &self.webhooks
    }

    pub(super) fn answer(
        &mut self,
        request: &Request,
        call: &str,
        principal: &Principal,
        options: &Options,
        url: &str,
    ) -> Response {
        let done = match (request.method.as_str(), call) {
            ("POST", "create") => self.create(request, principal, options, url),
            ("GET", "list") => self.list(request, principal, options),
            ("PATCH", "update") => self.update(request, principal, options),
            ("DELETE", "delete") => self.delete(request, principal),
            ("POST", "test") => self.test(request, principal, options),
            _ => Err(no_such_call()),
        };
        done.map_or_else(|refusal| refusal, |body| json_answer(200, &body))
    }

    fn create(
        &mut self,
        request: &Request,
        principal: &Principal,
        options: &Options,
        url: &str,
    ) -> Result<Value, Response> {
        let mut new = body(request)?;
        let known = ["model_name", "events", "description", "status"];
        only(&new, &[&known[..], &["http_url_spec", "job_spec"]].concat())?;
        texts(&new, &["model_name", "description", "status"])?;
        let model = text(&new, "model_name").map(str::to_owned);
        may_manage(principal, model.as_deref())?;
        exists(model.as_deref(), options)?;
        new.entry("events").or_insert_with(|| json!([]));
        new.entry("status").or_insert_with(|| json!("ACTIVE"));
        check(&new, model.as_deref())?;
        let target = target_of(&new)?.ok_or_else(|| invalid("A webhook needs one target."))?;
        let spec = new[target.name].clone();
        new.insert(target.name.to_owned(), made(target, &spec, url, options)?);
        let (now, id) = (now(), 124_323 + self.made);
        self.made += 1;
        new.insert("id".to_owned(), json!(id.to_string()));
        new.insert("creation_timestamp".to_owned(), json!(now));
        new.insert("last_updated_timestamp".to_owned(), json!(now));
        let webhook = Value::Object(new);
        let shown = show(&webhook, options);
        self.write(|webhooks| webhooks.push(webhook));
        Ok(json!({ "webhook": shown }))
    }

    fn list(
        &self,
        request: &Request,
        principal: &Principal,
        options: &Options,
    ) -> Result<Value, Response> {
        let query = Query::read(request, options)?;
        may_manage(principal, query.model.as_deref())?;
        exists(query.model.as_deref(), options)?;
        let all = self.as_of(options.lag).iter();
        let wanted: Vec<_> = all.filter(|webhook| query.wants(webhook)).collect();
        let size = query.most.min(options.page_size);
        let page = wanted.iter().skip(query.from).take(size);
        let page: Vec<_> = page.map(|webhook| show(webhook, options)).collect();
        let next = query.from + size;
        let mut answer = json!({});
        if !page.is_empty() {
            answer["webhooks"] = page.into();
        }
        if next < wanted.len() {
            answer["next_page_token"] = query.token(next).into();
        }
        Ok(answer)
    }

    fn update(
        &mut self,
        request: &Request,
        principal: &Principal,
        options: &Options,
    ) -> Result<Value, Response> {
        let change = body(request)?;
        let known = ["id", "events", "description", "status"];
        only(
            &change,
            &[&known[..], &["http_url_spec", "job_spec"]].concat(),
        )?;
        texts(&change, &["id", "description", "status"])?;
        let at = self.at(text(&change, "id"), principal)?;
        let before = self.webhooks[at].clone();
        check(&change, before["model_name"].as_str())?;
        let mut after = before.clone();
        for key in ["events", "description", "status"] {
            if let Some(value) = change.get(key) {
                after[key] = value.clone();
            }
        }
        if let Some(target) = target_of(&change)? {
            let old = before.get(target.name).ok_or_else(|| {
                invalid("A webhook cannot be changed from one kind of target to the other.")
            })?;
            after[target.name] = changed(target, old, &change[target.name], options.patch)?;
        }
        let last = before["last_updated_timestamp"].as_u64().unwrap_or(0);
        after["last_updated_timestamp"] = json!(now().max(last + 1));
        let shown = show(&after, options);
        self.write(|webhooks| webhooks[at] = after);
        Ok(json!({ "webhook": shown }))
    }

    fn delete(&mut self, request: &Request, principal: &Principal) -> Result<Value, Response> {
        if !request.body.is_empty() {
            return Err(invalid("DELETE has no body; the id goes into the query."));
        }
        let query = pairs(request);
        let [(key, id)] = query.as_slice() else {
            return Err(invalid("DELETE takes exactly one id."));
        };
        let at = self.at((key == "id").then_some(id).map(String::as_str), principal)?;
        self.write(|webhooks| {
            webhooks.remove(at);
        });
        Ok(json!({}))
    }

    fn test(
        &self,
        request: &Request,
        principal: &Principal,
        options: &Options,
    ) -> Result<Value, Response> {
        let asked = body(request)?;
        only(&asked, &["id", "event"])?;
        texts(&asked, &["id", "event"])?;
        self.at(text(&asked, "id"), principal)?;
        if text(&asked, "event").is_some_and(|event| !EVENTS.contains(&event)) {
            return Err(invalid("Unknown event."));
        }
        let (status, body) = &options.receiver;
        Ok(json!({"status_code": status, "body": body}))
    }

    /// Where the webhook is; who may not manage it learns no more than that it is there.
    fn at(&self, id: Option<&str>, principal: &Principal) -> Result<usize, Response> {
        let id = id.filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| invalid("An id is needed."))?;
        let at = self.webhooks.iter().position(|it| it["id"] == id);
        let at = at.ok_or_else(|| {
            let text = format!("Webhook {id} does not exist.");
            refused(404, "RESOURCE_DOES_NOT_EXIST", &text)
        })?;
        may_manage(principal, self.webhooks[at]["model_name"].as_str())?;
        Ok(at)
    }

    fn write(&mut self, act: impl FnOnce(&mut Vec<Value>)) {
        self.past.push((Instant::now(), self.webhooks.clone()));
        act(&mut self.webhooks);
    }

    /// The webhooks as they were so long ago.
    fn as_of(&self, lag: Duration) -> &[Value] {
        let Some(then) = Instant::now().checked_sub(lag) else {
            return &[];
        };
        let later = self.past.iter().find(|(written, _)| *written > then);
        later.map_or(&self.webhooks, |(_, before)| before)
    }
}

/// Unix milliseconds.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.unwrap_or_default().as_millis();
    u64::try_from(millis).unwrap_or(u64::MAX)
}

/// What a list asks for.
struct Query {
    model: Option<String>,
    events: Vec<String>,
    most: usize,
    from: usize,
}

impl Query {
    fn read(request: &Request, options: &Options) -> Result<Self, Response> {
        let mut query = Self {
            model: None,
            events: Vec::new(),
            most: options.page_size,
            from: 0,
        };
        let mut token = None;
        for (key, value) in pairs(request) {
            match key.as_str() {
                "model_name" if query.model.is_none() => query.model = Some(value),
                "events" if EVENTS.contains(&value.as_str()) => query.events.push(value),
                "max_results" => {
                    let most = value.parse().ok();
                    let most = most.filter(|it| (1..=options.most_results).contains(it));
                    query.most = most.ok_or_else(|| invalid("max_results is out of range."))?;
                }
                "page_token" if token.is_none() => token = Some(value),
                _ => return Err(invalid(&format!("Unknown query parameter {key}={value}."))),
            }
        }
        query.from = token.map_or(Ok(0), |token| query.offset(&token))?;
        Ok(query)
    }

    fn wants(&self, webhook: &Value) -> bool {
        let of_model =
            self.model.is_none() || self.model.as_deref() == webhook["model_name"].as_str();
        let named = |event: &Value| self.events.iter().any(|it| event == it);
        let events = webhook["events"].as_array();
        of_model && (self.events.is_empty() || events.is_some_and(|it| it.iter().any(named)))
    }

    /// A token is good for the list that it was given out for.
    fn token(&self, next: usize) -> String {
        let model = self.model.as_deref().unwrap_or_default();
        format!("{next}/{model}/{}", self.events.join("+"))
    }

    fn offset(&self, token: &str) -> Result<usize, Response> {
        let number = token.split('/').next().and_then(|it| it.parse().ok());
        let number = number.filter(|it| self.token(*it) == token);
        number.ok_or_else(|| invalid("The page token is not of this list."))
    }
}

/// What both creations and updates must be. `model`: the webhook's own.
fn check(fields: &Fields, model: Option<&str>) -> Result<(), Response> {
    if let Some(events) = fields.get("events") {
        let events = events.as_array().filter(|it| !it.is_empty());
        let events = events.ok_or_else(|| invalid("At least one event is needed."))?;
        let known = |event: &Value| event.as_str().is_some_and(|it| EVENTS.contains(&it));
        if let Some(unknown) = events.iter().find(|it| !known(it)) {
            return Err(invalid(&format!("Unknown event {unknown}.")));
        }
        if model.is_some() && events.contains(&json!("REGISTERED_MODEL_CREATED")) {
            return Err(invalid(
                "REGISTERED_MODEL_CREATED is for registry-wide webhooks.",
            ));
        }
    }
    let status = text(fields, "status");
    if status.is_some_and(|it| !["ACTIVE", "DISABLED", "TEST_MODE"].contains(&it)) {
        return Err(invalid("Unknown status."));
    }
    if model.is_some_and(str::is_empty) {
        return Err(invalid("model_name is empty."));
    }
    Ok(())
}

/// The target that is given, if one is; checked as far as it is given.
fn target_of(fields: &Fields) -> Result<Option<&'static Target>, Response> {
    let mut given = TARGETS.iter().filter(|it| fields.contains_key(it.name));
    let Some(target) = given.next() else {
        return Ok(None);
    };
    if given.next().is_some() {
        return Err(invalid(
            "Only one of http_url_spec and job_spec may be set.",
        ));
    }
    let spec = fields[target.name].as_object();
    let spec = spec.ok_or_else(|| invalid("A target is an object."))?;
    let mut known = target.texts.to_vec();
    if target.name == "http_url_spec" {
        known.push("enable_ssl_verification");
        let verification = spec.get("enable_ssl_verification");
        if verification.is_some_and(|it| !it.is_boolean()) {
            return Err(invalid("enable_ssl_verification is a boolean."));
        }
    }
    only(spec, &known)?;
    texts(spec, target.texts)?;
    for key in ["url", "workspace_url"] {
        let url = text(spec, key).filter(|it| key == "url" || !it.is_empty());
        if url.is_some_and(|it| !is_https(it)) {
            return Err(invalid(&format!("{key} must be an https URL.")));
        }
    }
    if text(spec, "authorization").is_some_and(|it| it.contains(['\r', '\n'])) {
        return Err(invalid("authorization holds a line break."));
    }
    Ok(Some(target))
}

fn is_https(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some())
}

/// A new target, whole.
fn made(target: &Target, spec: &Value, url: &str, options: &Options) -> Result<Value, Response> {
    let mut spec = spec.clone();
    complete(target, &spec)?;
    if target.name == "http_url_spec" {
        if spec.get("enable_ssl_verification").is_none() {
            spec["enable_ssl_verification"] = true.into();
        }
    } else if options.names_workspace && spec.get("workspace_url").is_none() {
        spec["workspace_url"] = url.into();
    }
    Ok(spec)
}

/// A target after a change. Fields that are there and empty are cleared, whichever way it goes.
fn changed(target: &Target, old: &Value, change: &Value, patch: Patch) -> Result<Value, Response> {
    let mut spec = match patch {
        Patch::Merge => old.clone(),
        Patch::Replace if target.name == "http_url_spec" => {
            json!({"enable_ssl_verification": true})
        }
        Patch::Replace => json!({}),
    };
    for (key, value) in change.as_object().into_iter().flatten() {
        spec[key] = value.clone();
    }
    complete(target, &spec)?;
    Ok(spec)
}

fn complete(target: &Target, spec: &Value) -> Result<(), Response> {
    let lacks = |key: &&&str| spec[**key].as_str().is_none_or(str::is_empty);
    match target.required.iter().find(lacks) {
        Some(key) => Err(invalid(&format!("{}.{key} is required.", target.name))),
        None => Ok(()),
    }
}

/// A webhook without its secrets; empty texts are left out.
fn show(webhook: &Value, options: &Options) -> Value {
    let mut shown = webhook.clone();
    for target in &TARGETS {
        if let Some(spec) = shown.get_mut(target.name).and_then(Value::as_object_mut) {
            spec.retain(|key, value| !target.hidden.contains(&key.as_str()) && *value != "");
            if !options.shows_defaults {
                spec.retain(|_, value| *value != true);
            }
        }
    }
    if let Some(fields) = shown.as_object_mut() {
        fields.retain(|_, value| *value != "");
    }
    if let Some(events) = shown["events"]
        .as_array_mut()
        .filter(|_| options.reorders_events)
    {
        events.reverse();
    }
    shown
}

fn may_manage(principal: &Principal, model: Option<&str>) -> Result<(), Response> {
    match (principal, model) {
        (Principal::Admin, _) => Ok(()),
        (Principal::Manager(own), Some(model)) if own.iter().any(|it| it == model) => Ok(()),
        (_, Some(model)) => {
            let text = format!("User does not have CAN MANAGE permission on model {model}.");
            Err(refused(403, "PERMISSION_DENIED", &text))
        }
        (_, None) => {
            let text = "Only workspace admins may manage registry-wide webhooks.";
            Err(refused(403, "PERMISSION_DENIED", text))
        }
    }
}

fn exists(model: Option<&str>, options: &Options) -> Result<(), Response> {
    let Some((model, known)) = model.zip(options.models.as_ref()) else {
        return Ok(());
    };
    if known.iter().any(|it| it == model) {
        return Ok(());
    }
    let text = format!("RegisteredModel {model} does not exist.");
    Err(refused(404, "RESOURCE_DOES_NOT_EXIST", &text))
}
