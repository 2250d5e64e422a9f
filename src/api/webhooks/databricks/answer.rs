//! What the registry-webhooks API answers, from bytes to our model. Events and statuses that this
//! version does not know are carried along; a missing field makes the answer unusable.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::api::{
    call::{foreign, parse},
    error::Error,
    http::Response,
    page::Page,
    redact,
    webhooks::{
        event::Event,
        model::{Status, Target, TestResult, Webhook},
    },
};

#[derive(Deserialize)]
struct One {
    webhook: WireWebhook,
}

#[derive(Deserialize)]
struct Many {
    #[serde(default)]
    webhooks: Vec<WireWebhook>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct WireWebhook {
    #[serde(deserialize_with = "text")]
    id: String,
    model_name: Option<String>,
    #[serde(default)]
    events: Vec<String>,
    description: Option<String>,
    status: Option<String>,
    #[serde(deserialize_with = "whole_number")]
    creation_timestamp: i64,
    #[serde(deserialize_with = "whole_number")]
    last_updated_timestamp: i64,
    #[serde(flatten)]
    target: WireTarget,
}

#[derive(Deserialize)]
struct WireTarget {
    http_url_spec: Option<WireHttp>,
    job_spec: Option<WireJob>,
}

#[derive(Deserialize)]
struct WireHttp {
    url: String,
    enable_ssl_verification: Option<bool>,
}

#[derive(Deserialize)]
struct WireJob {
    #[serde(deserialize_with = "text")]
    job_id: String,
    workspace_url: Option<String>,
}

#[derive(Deserialize)]
struct WireTest {
    status_code: Option<u16>,
    body: Option<String>,
}

pub(super) fn webhook(answer: &Response) -> Result<Webhook, Error> {
    let one: One = parse(answer)?;
    read(one.webhook, answer)
}

/// No webhooks at all make an empty object; any other object without the list is not a page.
pub(super) fn page(answer: &Response) -> Result<Page<Webhook>, Error> {
    let fields: Map<String, Value> = parse(answer)?;
    let documented = |key: &String| matches!(key.as_str(), "webhooks" | "next_page_token");
    if !fields.is_empty() && !fields.keys().any(documented) {
        return Err(not_documented(answer));
    }
    let many: Many = parse(answer)?;
    let webhooks = many.webhooks.into_iter().map(|wire| read(wire, answer));
    Ok(Page {
        items: webhooks.collect::<Result<_, _>>()?,
        next: filled(many.next_page_token),
    })
}

/// The receiver's answer; without a status, no one answered.
pub(super) fn tested(answer: &Response) -> Result<TestResult, Error> {
    let WireTest { status_code, body } = parse(answer)?;
    let status = status_code.filter(|status| *status != 0);
    if status.is_none() && body.is_none() {
        return Err(not_documented(answer));
    }
    let delivered = status.is_some();
    let (response_body, failure) = if delivered {
        (body, None)
    } else {
        (None, body)
    };
    Ok(TestResult {
        success: status.is_some_and(|status| status < 400),
        response_status: status,
        response_body,
        error_message: filled(failure).map(|text| redact::without_private_parts(&text)),
    })
}

fn not_documented(answer: &Response) -> Error {
    foreign(answer, "the JSON is not as documented")
}

fn read(wire: WireWebhook, answer: &Response) -> Result<Webhook, Error> {
    let target = target(wire.target).ok_or_else(|| not_documented(answer))?;
    let mut webhook = Webhook {
        id: wire.id,
        name: None,
        model_name: filled(wire.model_name),
        events: Default::default(),
        other_events: Default::default(),
        description: filled(wire.description),
        status: wire.status.map_or(Status::Active, status),
        creation_timestamp: wire.creation_timestamp,
        last_updated_timestamp: wire.last_updated_timestamp,
        target,
    };
    for name in wire.events {
        match Event::parse(&name).filter(|event| event.databricks_name() == Some(&name)) {
            Some(event) => webhook.events.insert(event),
            None => webhook.other_events.insert(name),
        };
    }
    Ok(webhook)
}

/// A registry that merges changes can be brought to hold both; then the URL is what we would have
/// replaced the webhook for.
fn target(wire: WireTarget) -> Option<Target> {
    let http = wire.http_url_spec.map(|http| Target::Http {
        url: http.url,
        enable_ssl_verification: http.enable_ssl_verification.unwrap_or(true),
    });
    http.or_else(|| {
        wire.job_spec.map(|job| Target::Job {
            job_id: job.job_id,
            workspace_url: filled(job.workspace_url),
        })
    })
}

fn status(text: String) -> Status {
    Status::parse(&text).unwrap_or(Status::Other(text))
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Ids are text that looks like a number.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    match Value::deserialize(from)? {
        Value::String(text) if !text.is_empty() => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(serde::de::Error::custom("not an id")),
    }
}

/// 64-bit numbers may be written as text in the JSON of protocol buffers.
fn whole_number<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let number = match Value::deserialize(from)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| serde::de::Error::custom("not a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{ErrorKind, call::nothing};

    fn answer(body: &str) -> Response {
        Response::for_test(200, body)
    }

    fn one(fields: &str) -> Result<Webhook, Error> {
        webhook(&answer(&format!(
            r#"{{"webhook":{{"id":"124323","creation_timestamp":1795377334772,
                "last_updated_timestamp":"1795377334773",{fields}}}}}"#
        )))
    }

    #[test]
    fn a_webhook_is_read_with_what_this_version_does_not_know() {
        let read = one(
            r#""events":["MODEL_VERSION_CREATED","model_version.created","NEW_ONE"],"status":"PAUSED",
               "description":"","model_name":"m","http_url_spec":{"url":"https://h"},"new":1.5"#,
        )
        .unwrap();
        assert_eq!(
            read.events,
            [Event::parse("model_version.created").unwrap()].into()
        );
        let others = ["NEW_ONE", "model_version.created"].map(str::to_owned);
        assert_eq!(read.other_events, others.into());
        assert_eq!(read.status, Status::Other("PAUSED".to_owned()));
        assert_eq!(
            (read.name, read.description, read.model_name.as_deref()),
            (None, None, Some("m"))
        );
        assert_eq!(read.last_updated_timestamp, 1_795_377_334_773);
    }

    #[test]
    fn each_target_is_read_and_left_out_values_have_their_meaning() {
        let http = |verify| Target::Http {
            url: "https://h".to_owned(),
            enable_ssl_verification: verify,
        };
        let job = |url: Option<&str>| Target::Job {
            job_id: "1".to_owned(),
            workspace_url: url.map(str::to_owned),
        };
        for (spec, target) in [
            (r#""http_url_spec":{"url":"https://h"}"#, http(true)),
            (
                r#""http_url_spec":{"url":"https://h","enable_ssl_verification":false}"#,
                http(false),
            ),
            (r#""job_spec":{"job_id":"1"}"#, job(None)),
            (
                r#""job_spec":{"job_id":1,"workspace_url":"https://w"}"#,
                job(Some("https://w")),
            ),
            (r#""job_spec":{"job_id":"1","workspace_url":""}"#, job(None)),
        ] {
            let read = one(spec).unwrap();
            assert_eq!(
                (&read.target, &read.status),
                (&target, &Status::Active),
                "{spec}"
            );
            assert_eq!(read.model_name, None);
        }
        assert!(one(r#""events":[]"#).is_err());
    }

    #[test]
    fn a_page_may_be_empty_and_may_have_a_successor() {
        for (body, next) in [
            ("{}", None),
            (r#"{"webhooks":[]}"#, None),
            (r#"{"next_page_token":""}"#, None),
            (r#"{"next_page_token":"t"}"#, Some("t")),
        ] {
            let page = page(&answer(body)).unwrap();
            assert_eq!((page.items.len(), page.next.as_deref()), (0, next));
        }
    }

    #[test]
    fn an_answer_of_another_shape_is_an_error_that_does_not_quote_json() {
        for body in [
            "",
            "<html>login</html>",
            " <p>login</p>",
            "[]",
            "null",
            r#"{"status":"s3cret"}"#,
            r#"{"webhooks":[{"secret":"s3cret"}]}"#,
            r#"{"webhooks":{"secret":"s3cret"}}"#,
        ] {
            for error in [
                webhook(&answer(body)).unwrap_err(),
                page(&answer(body)).unwrap_err(),
                nothing(&answer(body)).unwrap_err(),
                tested(&answer(body)).unwrap_err(),
            ] {
                assert_eq!(*error.kind(), ErrorKind::ForeignAnswer, "{body}");
                assert!(!format!("{error:?}").contains("s3cret"));
            }
        }
        assert!(webhook(&answer("{}")).is_err());
        assert!(nothing(&answer("{}")).is_ok());
    }

    #[test]
    fn a_delivery_succeeds_below_400() {
        for (body, success, status, text, failure) in [
            (
                r#"{"status_code":200,"body":"ok"}"#,
                true,
                Some(200),
                Some("ok"),
                None,
            ),
            (r#"{"status_code":302}"#, true, Some(302), None, None),
            (
                r#"{"status_code":500,"body":"oops"}"#,
                false,
                Some(500),
                Some("oops"),
                None,
            ),
            (
                r#"{"body":"cannot reach https://u:pw@h/x?k=s"}"#,
                false,
                None,
                None,
                Some("cannot reach https://h/x?..."),
            ),
        ] {
            let result = tested(&answer(body)).unwrap();
            assert_eq!((result.success, result.response_status), (success, status));
            assert_eq!(result.response_body.as_deref(), text);
            assert_eq!(result.error_message.as_deref(), failure);
        }
    }
}
