//! The requests of MLflow's webhook API, from typed parameters; nothing is sent in here.

use std::collections::BTreeSet;

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::api::{
    error::{Error, ErrorKind},
    http::{Effect, Request},
    webhooks::{
        body::{expose, is_id, put, unless_empty, unsupported},
        event::Event,
        model::{NewTarget, NewWebhook, Status, TargetChange, WebhookChange},
    },
};

const WEBHOOKS: &str = "/api/2.0/mlflow/webhooks";

pub(super) fn create(new: &NewWebhook) -> Result<Request, Error> {
    if new.model_name.is_some() {
        return Err(unsupported(
            "MLflow has no webhooks for one model (model_name)",
        ));
    }
    let NewTarget::Http {
        url,
        enable_ssl_verification,
        secret,
        authorization,
    } = &new.target
    else {
        return Err(unsupported("MLflow has no job webhooks"));
    };
    check_target(Some(*enable_ssl_verification), authorization.as_ref())?;
    let name = new
        .name
        .as_deref()
        .ok_or_else(|| unsupported("MLflow webhooks need a name"))?;
    let mut body = json!({ "name": name, "url": url, "events": events(&new.events)? });
    // An empty text is what the registry holds without it.
    let description = new.description.as_deref().filter(|text| !text.is_empty());
    put(&mut body, "description", description);
    put(&mut body, "secret", unless_empty(secret.as_ref()));
    put(&mut body, "status", Some(status(&new.status)?));
    let request = Request::write(Effect::Write, Method::POST, WEBHOOKS, Some(body));
    Ok(request.confiding(secret))
}

pub(super) fn get(id: &str) -> Result<Request, Error> {
    Ok(Request::read(one(id)?, Vec::new()))
}

pub(super) fn page(size: usize, token: Option<&str>) -> Request {
    let mut query = vec![("max_results", size.to_string())];
    query.extend(token.map(|token| ("page_token", token.to_owned())));
    Request::read(WEBHOOKS, query)
}

/// The shortest list: shows whether the API and the workspace are there.
pub(super) fn list_one() -> Request {
    page(1, None)
}

pub(super) fn update(id: &str, change: &WebhookChange) -> Result<Request, Error> {
    let mut body = json!({ "status": status(&change.status)? });
    let changed_events = change.events.as_ref().map(events).transpose()?;
    put(&mut body, "name", change.name.as_deref());
    put(&mut body, "events", changed_events);
    put(&mut body, "description", change.description.as_deref());
    let mut new_secret = None;
    match &change.target {
        None => {}
        Some(TargetChange::Http {
            url,
            enable_ssl_verification,
            secret,
            authorization,
        }) => {
            check_target(*enable_ssl_verification, authorization.as_ref())?;
            new_secret = secret.as_ref();
            put(&mut body, "url", url.as_deref());
            put(&mut body, "secret", secret.as_ref().map(expose));
        }
        Some(TargetChange::Job { .. }) => return Err(unsupported("MLflow has no job webhooks")),
    }
    let request = Request::write(Effect::Write, Method::PATCH, one(id)?, Some(body));
    Ok(request.confiding(new_secret))
}

pub(super) fn delete(id: &str) -> Result<Request, Error> {
    Ok(Request::write(
        Effect::Write,
        Method::DELETE,
        one(id)?,
        None,
    ))
}

pub(super) fn test(id: &str, event: Option<Event>) -> Result<Request, Error> {
    let mut body = json!({});
    put(&mut body, "event", event.map(wire_event).transpose()?);
    Ok(Request::write(
        Effect::Deliver,
        Method::POST,
        format!("{}/test", one(id)?),
        Some(body),
    ))
}

/// An id with a slash or the like would ask for something else than a webhook.
fn one(id: &str) -> Result<String, Error> {
    if !is_id(id) {
        let message = format!("{id:?} is not the id of a webhook");
        return Err(Error::new(ErrorKind::Invalid).with_message(message));
    }
    Ok(format!("{WEBHOOKS}/{id}"))
}

fn check_target(verify: Option<bool>, authorization: Option<&SecretString>) -> Result<(), Error> {
    if verify == Some(false) {
        return Err(unsupported(
            "MLflow always verifies the receiver's certificate",
        ));
    }
    if unless_empty(authorization).is_some() {
        return Err(unsupported(
            "MLflow sends no authorization header to receivers",
        ));
    }
    Ok(())
}

/// MLflow silently makes a status that it does not know ACTIVE.
fn status(status: &Status) -> Result<Value, Error> {
    match status {
        Status::Active | Status::Disabled => Ok(status.as_str().into()),
        other => Err(unsupported(format!(
            "MLflow has no status {}",
            other.as_str()
        ))),
    }
}

fn events(events: &BTreeSet<Event>) -> Result<Value, Error> {
    if events.is_empty() {
        return Err(unsupported("a webhook needs at least one event"));
    }
    events.iter().copied().map(wire_event).collect()
}

fn wire_event(event: Event) -> Result<Value, Error> {
    let name = event
        .mlflow_name()
        .ok_or_else(|| unsupported(format!("MLflow has no event {event}")))?;
    let (entity, action) = name.split_once('.').unwrap_or((name, ""));
    Ok(json!({ "entity": entity.to_ascii_uppercase(), "action": action.to_ascii_uppercase() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::complete::LONGEST_PAGE;

    fn new() -> NewWebhook {
        NewWebhook {
            name: Some("deploy".to_owned()),
            model_name: None,
            events: events_of(&["model_version.created"]),
            description: None,
            status: Status::Active,
            target: NewTarget::Http {
                url: "https://h/x".to_owned(),
                enable_ssl_verification: true,
                secret: None,
                authorization: None,
            },
        }
    }

    fn events_of(names: &[&str]) -> BTreeSet<Event> {
        names
            .iter()
            .map(|name| Event::parse(name).unwrap())
            .collect()
    }

    fn http(url: Option<&str>, secret: Option<&str>) -> Option<TargetChange> {
        Some(TargetChange::Http {
            url: url.map(str::to_owned),
            enable_ssl_verification: None,
            secret: secret.map(SecretString::from),
            authorization: None,
        })
    }

    fn line(request: &Request) -> String {
        let query: Vec<_> = request
            .query
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        format!(
            "{:?} {}?{}",
            request.effect,
            format_args!("{request:?}"),
            query.join("&")
        )
    }

    #[test]
    fn each_call_has_its_method_path_and_query() {
        for (request, expected) in [
            (
                create(&new()).unwrap(),
                "Write POST /api/2.0/mlflow/webhooks?",
            ),
            (
                get("a-1").unwrap(),
                "Read GET /api/2.0/mlflow/webhooks/a-1?",
            ),
            (
                page(LONGEST_PAGE, None),
                "Read GET /api/2.0/mlflow/webhooks?max_results=1000",
            ),
            (
                page(LONGEST_PAGE, Some("t=")),
                "Read GET /api/2.0/mlflow/webhooks?max_results=1000&page_token=t=",
            ),
            (
                list_one(),
                "Read GET /api/2.0/mlflow/webhooks?max_results=1",
            ),
            (
                delete("a").unwrap(),
                "Write DELETE /api/2.0/mlflow/webhooks/a?",
            ),
            (
                test("a", None).unwrap(),
                "Deliver POST /api/2.0/mlflow/webhooks/a/test?",
            ),
        ] {
            assert_eq!(line(&request), expected);
        }
    }

    #[test]
    fn create_sends_what_is_set() {
        assert_eq!(
            create(&new()).unwrap().body.unwrap(),
            json!({
                "name": "deploy", "url": "https://h/x", "status": "ACTIVE",
                "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}],
            })
        );
        let mut full = new();
        full.description = Some("d".to_owned());
        full.status = Status::Disabled;
        full.events = events_of(&["model_version_tag.set", "prompt.created"]);
        full.target = NewTarget::Http {
            url: "https://h/x".to_owned(),
            enable_ssl_verification: true,
            secret: Some("s".into()),
            authorization: Some("".into()),
        };
        assert_eq!(
            create(&full).unwrap().body.unwrap(),
            json!({
                "name": "deploy", "url": "https://h/x", "status": "DISABLED", "description": "d", "secret": "s",
                "events": [
                    {"entity": "MODEL_VERSION_TAG", "action": "SET"},
                    {"entity": "PROMPT", "action": "CREATED"},
                ],
            })
        );
    }

    #[test]
    fn update_sends_what_changed_and_always_the_status() {
        let change = WebhookChange::of_status(Status::Disabled);
        let cases = [
            (change.clone(), json!({"status": "DISABLED"})),
            (
                WebhookChange {
                    description: Some(String::new()),
                    target: http(None, Some("")),
                    ..change.clone()
                },
                json!({"status": "DISABLED", "description": "", "secret": ""}),
            ),
            (
                WebhookChange {
                    name: Some("n".to_owned()),
                    events: Some(events_of(&["prompt.created"])),
                    target: http(Some("https://h/y"), None),
                    ..change
                },
                json!({
                    "status": "DISABLED", "name": "n", "url": "https://h/y",
                    "events": [{"entity": "PROMPT", "action": "CREATED"}],
                }),
            ),
        ];
        for (change, body) in cases {
            let request = update("a", &change).unwrap();
            assert_eq!(line(&request), "Write PATCH /api/2.0/mlflow/webhooks/a?");
            assert_eq!(request.body.unwrap(), body);
        }
    }

    #[test]
    fn test_names_its_event_only_when_given_one() {
        assert_eq!(test("a", None).unwrap().body.unwrap(), json!({}));
        assert_eq!(
            test("a", Event::parse("MODEL_VERSION_CREATED"))
                .unwrap()
                .body
                .unwrap(),
            json!({"event": {"entity": "MODEL_VERSION", "action": "CREATED"}})
        );
    }

    #[test]
    fn what_mlflow_does_not_have_is_not_sent() {
        let job = NewTarget::Job {
            job_id: "1".into(),
            workspace_url: None,
            access_token: "t".into(),
        };
        let unverified = NewTarget::Http {
            url: "https://h".into(),
            enable_ssl_verification: false,
            secret: None,
            authorization: None,
        };
        let authorized = NewTarget::Http {
            url: "https://h".into(),
            enable_ssl_verification: true,
            secret: None,
            authorization: Some("Bearer x".into()),
        };
        for (case, new) in [
            (
                "model",
                NewWebhook {
                    model_name: Some("m".into()),
                    ..new()
                },
            ),
            (
                "no name",
                NewWebhook {
                    name: None,
                    ..new()
                },
            ),
            (
                "no events",
                NewWebhook {
                    events: BTreeSet::new(),
                    ..new()
                },
            ),
            (
                "event",
                NewWebhook {
                    events: events_of(&["COMMENT_CREATED"]),
                    ..new()
                },
            ),
            (
                "status",
                NewWebhook {
                    status: Status::TestMode,
                    ..new()
                },
            ),
            (
                "job",
                NewWebhook {
                    target: job,
                    ..new()
                },
            ),
            (
                "unverified",
                NewWebhook {
                    target: unverified,
                    ..new()
                },
            ),
            (
                "authorized",
                NewWebhook {
                    target: authorized,
                    ..new()
                },
            ),
        ] {
            assert_eq!(
                *create(&new).unwrap_err().kind(),
                ErrorKind::Unsupported,
                "{case}"
            );
        }
    }

    #[test]
    fn an_id_that_would_change_the_path_is_refused() {
        for id in ["", ".", "..", "a/b", "a?b", "a%2fb", "a b", "ä"] {
            assert_eq!(*get(id).unwrap_err().kind(), ErrorKind::Invalid, "{id:?}");
        }
    }

    #[test]
    fn debug_shows_no_body() {
        let mut secret = new();
        secret.name = Some("hidden".to_owned());
        assert_eq!(
            format!("{:?}", create(&secret).unwrap()),
            "POST /api/2.0/mlflow/webhooks"
        );
    }
}
