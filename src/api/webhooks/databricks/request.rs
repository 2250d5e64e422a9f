//! The requests of the registry-webhooks API, from typed parameters; nothing is sent in here. The
//! messages are proto2: a field that is there and empty clears, one that is absent does not.

use std::collections::BTreeSet;

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::api::{
    error::{Error, ErrorKind},
    http::{Effect, Request},
    webhooks::{
        body::{expose, put, unless_empty, unsupported},
        event::Event,
        model::{ListFilter, NewTarget, NewWebhook, Status, TargetChange, WebhookChange},
    },
};

const API: &str = "/api/2.0/mlflow/registry-webhooks";

/// What Databricks' own client asks for.
const PAGE: u32 = 1000;

pub(super) fn create(new: &NewWebhook) -> Result<Request, Error> {
    if new.name.is_some() {
        return Err(unnamed());
    }
    let of_new_models = new.events.contains(&Event::REGISTERED_MODEL_CREATED);
    if new.model_name.is_some() && of_new_models {
        return Err(unsupported(
            "a webhook of one model cannot have the event REGISTERED_MODEL_CREATED",
        ));
    }
    let mut body = json!({ "events": events(&new.events)?, "status": status(&new.status)? });
    put(&mut body, "model_name", new.model_name.as_deref());
    let description = new.description.as_deref().filter(|text| !text.is_empty());
    put(&mut body, "description", description);
    let secrets = put_new_target(&mut body, &new.target);
    Ok(post("create", Effect::Write, body).confiding(secrets.into_iter().flatten()))
}

/// One page; `sized`: of our size, else of the server's own.
pub(super) fn list(filter: &ListFilter, token: Option<&str>, sized: bool) -> Request {
    let mut query = Vec::new();
    query.extend(sized.then(|| ("max_results", PAGE.to_string())));
    let model = filter.model_name.clone();
    query.extend(model.map(|name| ("model_name", name)));
    let events = filter.events.iter();
    let names = events.filter_map(|event| event.databricks_name());
    query.extend(names.map(|name| ("events", name.to_owned())));
    query.extend(token.map(|token| ("page_token", token.to_owned())));
    Request::read(format!("{API}/list"), query)
}

pub(super) fn update(id: &str, change: &WebhookChange) -> Result<Request, Error> {
    if change.name.is_some() {
        return Err(unnamed());
    }
    let mut body = json!({ "id": checked(id)?, "status": status(&change.status)? });
    put(&mut body, "description", change.description.as_deref());
    if let Some(events) = &change.events {
        body["events"] = self::events(events)?;
    }
    let secrets = match &change.target {
        None => [None, None],
        Some(target) => put_changed_target(&mut body, target),
    };
    let path = format!("{API}/update");
    let request = Request::write(Effect::Write, Method::PATCH, path, Some(body));
    Ok(request.confiding(secrets.into_iter().flatten()))
}

pub(super) fn delete(id: &str) -> Result<Request, Error> {
    let path = format!("{API}/delete");
    let query = vec![("id", checked(id)?.to_owned())];
    Ok(Request::delete_by_query(path, query))
}

pub(super) fn test(id: &str, event: Option<Event>) -> Result<Request, Error> {
    let mut body = json!({ "id": checked(id)? });
    put(&mut body, "event", event.map(wire_event).transpose()?);
    Ok(post("test", Effect::Deliver, body))
}

type Secrets<'a> = [Option<&'a SecretString>; 2];

fn put_new_target<'a>(body: &mut Value, target: &'a NewTarget) -> Secrets<'a> {
    match target {
        NewTarget::Http {
            url,
            enable_ssl_verification,
            secret,
            authorization,
        } => {
            let secrets = [secret.as_ref(), authorization.as_ref()];
            let mut spec =
                json!({ "url": url, "enable_ssl_verification": enable_ssl_verification });
            put(&mut spec, "secret", unless_empty(secrets[0]));
            put(&mut spec, "authorization", unless_empty(secrets[1]));
            body["http_url_spec"] = spec;
            secrets
        }
        NewTarget::Job {
            job_id,
            workspace_url,
            access_token,
        } => {
            let mut spec = json!({ "job_id": job_id, "access_token": expose(access_token) });
            let elsewhere = workspace_url.as_deref().filter(|url| !url.is_empty());
            put(&mut spec, "workspace_url", elsewhere);
            body["job_spec"] = spec;
            [Some(access_token), None]
        }
    }
}

fn put_changed_target<'a>(body: &mut Value, target: &'a TargetChange) -> Secrets<'a> {
    let mut spec = json!({});
    match target {
        TargetChange::Http {
            url,
            enable_ssl_verification: verify,
            secret,
            authorization,
        } => {
            let secrets = [secret.as_ref(), authorization.as_ref()];
            put(&mut spec, "url", url.as_deref());
            put(&mut spec, "enable_ssl_verification", *verify);
            put(&mut spec, "secret", secrets[0].map(expose));
            put(&mut spec, "authorization", secrets[1].map(expose));
            body["http_url_spec"] = spec;
            secrets
        }
        TargetChange::Job {
            job_id,
            workspace_url,
            access_token,
        } => {
            put(&mut spec, "job_id", job_id.as_deref());
            put(&mut spec, "workspace_url", workspace_url.as_deref());
            put(&mut spec, "access_token", access_token.as_ref().map(expose));
            body["job_spec"] = spec;
            [access_token.as_ref(), None]
        }
    }
}

fn post(call: &str, effect: Effect, body: Value) -> Request {
    Request::write(effect, Method::POST, format!("{API}/{call}"), Some(body))
}

/// An empty id would be one that is left out.
fn checked(id: &str) -> Result<&str, Error> {
    if id.trim().is_empty() {
        let message = format!("{id:?} is not the id of a webhook");
        return Err(Error::new(ErrorKind::Invalid).with_message(message));
    }
    Ok(id)
}

fn events(events: &BTreeSet<Event>) -> Result<Value, Error> {
    if events.is_empty() {
        return Err(unsupported("a webhook needs at least one event"));
    }
    let names: Result<Vec<_>, _> = events.iter().copied().map(wire_event).collect();
    names.map(Value::from)
}

fn wire_event(event: Event) -> Result<&'static str, Error> {
    let none = || unsupported(format!("Databricks has no event {event}"));
    event.databricks_name().ok_or_else(none)
}

fn status(status: &Status) -> Result<&str, Error> {
    match status {
        Status::Other(text) => Err(unsupported(format!("Databricks has no status {text}"))),
        known => Ok(known.as_str()),
    }
}

fn unnamed() -> Error {
    unsupported("webhooks of a Databricks workspace have no name")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events_of(names: &[&str]) -> BTreeSet<Event> {
        let events = names.iter().map(|name| Event::parse(name).unwrap());
        events.collect()
    }

    fn new() -> NewWebhook {
        NewWebhook {
            name: None,
            model_name: None,
            events: events_of(&["model_version.created"]),
            description: None,
            status: Status::Active,
            target: http_target(None, None),
        }
    }

    fn http_target(secret: Option<&str>, authorization: Option<&str>) -> NewTarget {
        NewTarget::Http {
            url: "https://h/x".to_owned(),
            enable_ssl_verification: false,
            secret: secret.map(SecretString::from),
            authorization: authorization.map(SecretString::from),
        }
    }

    fn job_target(workspace_url: Option<&str>) -> NewTarget {
        NewTarget::Job {
            job_id: "12".to_owned(),
            workspace_url: workspace_url.map(str::to_owned),
            access_token: "dapi".into(),
        }
    }

    fn line(request: &Request) -> String {
        let query = request.query.iter();
        let query: Vec<_> = query.map(|(key, value)| format!("{key}={value}")).collect();
        format!("{:?} {request:?}?{}", request.effect, query.join("&"))
    }

    #[test]
    fn each_call_has_its_method_path_and_query() {
        let filter = ListFilter {
            model_name: Some("m 1".to_owned()),
            events: events_of(&["COMMENT_CREATED", "model_version.created"]),
        };
        let all = ListFilter::default();
        let change = WebhookChange::of_status(Status::Active);
        for (request, expected) in [
            (create(&new()).unwrap(), "Write POST create?"),
            (list(&all, None, true), "Read GET list?max_results=1000"),
            (list(&all, None, false), "Read GET list?"),
            (
                list(&filter, Some("t="), true),
                "Read GET list?max_results=1000&model_name=m 1&events=MODEL_VERSION_CREATED\
                 &events=COMMENT_CREATED&page_token=t=",
            ),
            (update("a/b", &change).unwrap(), "Write PATCH update?"),
            (delete("a/b").unwrap(), "Write DELETE delete?id=a/b"),
            (test("1", None).unwrap(), "Deliver POST test?"),
        ] {
            let shown = line(&request).replace("/api/2.0/mlflow/registry-webhooks/", "");
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn create_sends_what_is_set() {
        let http = json!({"url": "https://h/x", "enable_ssl_verification": false});
        let signed = json!({
            "url": "https://h/x", "enable_ssl_verification": false,
            "secret": "s", "authorization": "Bearer a",
        });
        let job = json!({"job_id": "12", "access_token": "dapi"});
        let far = json!({"job_id": "12", "access_token": "dapi", "workspace_url": "https://w"});
        for (target, key, spec) in [
            (http_target(None, None), "http_url_spec", &http),
            (http_target(Some(""), Some("")), "http_url_spec", &http),
            (
                http_target(Some("s"), Some("Bearer a")),
                "http_url_spec",
                &signed,
            ),
            (job_target(None), "job_spec", &job),
            (job_target(Some("")), "job_spec", &job),
            (job_target(Some("https://w")), "job_spec", &far),
        ] {
            let request = create(&NewWebhook { target, ..new() }).unwrap();
            assert_eq!(
                request.body.unwrap(),
                json!({"events": ["MODEL_VERSION_CREATED"], "status": "ACTIVE", key: spec})
            );
        }
        let full = NewWebhook {
            model_name: Some("m".to_owned()),
            description: Some("d".to_owned()),
            status: Status::TestMode,
            ..new()
        };
        assert_eq!(
            create(&full).unwrap().body.unwrap(),
            json!({
                "events": ["MODEL_VERSION_CREATED"], "status": "TEST_MODE", "model_name": "m",
                "description": "d", "http_url_spec": http,
            })
        );
    }

    #[test]
    fn what_is_false_or_empty_is_sent_and_what_is_absent_is_not() {
        let change = WebhookChange::of_status(Status::Disabled);
        let http = |url: Option<&str>, verify, secret: Option<&str>| {
            Some(TargetChange::Http {
                url: url.map(str::to_owned),
                enable_ssl_verification: verify,
                secret: secret.map(SecretString::from),
                authorization: secret.map(SecretString::from),
            })
        };
        let job = Some(TargetChange::Job {
            job_id: Some("1".to_owned()),
            workspace_url: Some(String::new()),
            access_token: None,
        });
        for (change, fields) in [
            (change.clone(), json!({})),
            (
                WebhookChange {
                    description: Some(String::new()),
                    ..change.clone()
                },
                json!({"description": ""}),
            ),
            (
                WebhookChange {
                    target: http(Some("https://h"), Some(false), Some("")),
                    ..change.clone()
                },
                json!({"http_url_spec": {
                    "url": "https://h", "enable_ssl_verification": false,
                    "secret": "", "authorization": "",
                }}),
            ),
            (
                WebhookChange {
                    target: http(None, Some(true), None),
                    ..change.clone()
                },
                json!({"http_url_spec": {"enable_ssl_verification": true}}),
            ),
            (
                WebhookChange {
                    target: job,
                    events: Some(events_of(&["COMMENT_CREATED"])),
                    ..change
                },
                json!({
                    "job_spec": {"job_id": "1", "workspace_url": ""},
                    "events": ["COMMENT_CREATED"],
                }),
            ),
        ] {
            let mut expected = json!({"id": "7", "status": "DISABLED"});
            for (key, value) in fields.as_object().unwrap() {
                expected[key] = value.clone();
            }
            assert_eq!(update("7", &change).unwrap().body.unwrap(), expected);
        }
    }

    #[test]
    fn test_names_its_event_only_when_given_one() {
        let event = Event::parse("model_version.created");
        assert_eq!(test("7", None).unwrap().body.unwrap(), json!({"id": "7"}));
        assert_eq!(
            test("7", event).unwrap().body.unwrap(),
            json!({"id": "7", "event": "MODEL_VERSION_CREATED"})
        );
    }

    #[test]
    fn what_databricks_does_not_have_is_not_sent() {
        let refused = |new: NewWebhook| *create(&new).unwrap_err().kind() == ErrorKind::Unsupported;
        assert!(refused(NewWebhook {
            name: Some("n".to_owned()),
            ..new()
        }));
        assert!(refused(NewWebhook {
            events: BTreeSet::new(),
            ..new()
        }));
        assert!(refused(NewWebhook {
            events: events_of(&["prompt.created"]),
            ..new()
        }));
        assert!(refused(NewWebhook {
            model_name: Some("m".to_owned()),
            events: events_of(&["registered_model.created"]),
            ..new()
        }));
        let named = WebhookChange {
            name: Some("n".to_owned()),
            ..WebhookChange::of_status(Status::Active)
        };
        assert!(update("1", &named).is_err());
        assert!(delete(" ").is_err() && test("", None).is_err());
    }

    #[test]
    fn neither_body_nor_secrets_show_in_debug() {
        let request = create(&NewWebhook {
            target: http_target(Some("s3cret"), None),
            ..new()
        })
        .unwrap();
        assert!(!format!("{request:?} {:?}", request.confidential).contains("s3cret"));
        assert_eq!(request.confidential.hide("is s3cret"), "is ***");
    }
}
