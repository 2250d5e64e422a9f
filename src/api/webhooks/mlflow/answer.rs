//! What MLflow answers, from bytes to our model. Events and statuses that this version does not know
//! are carried along, so a newer server stays readable; a missing field makes the answer unusable.

use serde::Deserialize;

use crate::api::{
    call::{parse, parse_page},
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

#[derive(Default, Deserialize)]
struct Many {
    webhooks: Vec<WireWebhook>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct WireWebhook {
    webhook_id: String,
    name: Option<String>,
    description: Option<String>,
    url: String,
    #[serde(default)]
    events: Vec<WireEvent>,
    status: Option<String>,
    creation_timestamp: i64,
    last_updated_timestamp: i64,
}

#[derive(Deserialize)]
struct WireEvent {
    entity: String,
    action: String,
}

#[derive(Deserialize)]
struct Tested {
    result: WireTest,
}

#[derive(Deserialize)]
struct WireTest {
    #[serde(default)]
    success: bool,
    response_status: Option<u16>,
    response_body: Option<String>,
    error_message: Option<String>,
}

pub(super) fn webhook(answer: &Response) -> Result<Webhook, Error> {
    parse::<One>(answer).map(|one| one.webhook.into())
}

pub(super) fn page(answer: &Response) -> Result<Page<Webhook>, Error> {
    let many: Many = parse_page(answer)?;
    Ok(Page::new(
        many.webhooks.into_iter().map(Into::into).collect(),
        many.next_page_token,
    ))
}

pub(super) fn tested(answer: &Response) -> Result<TestResult, Error> {
    let WireTest {
        success,
        response_status,
        response_body,
        error_message,
    } = parse::<Tested>(answer)?.result;
    let error_message = error_message
        .filter(|text| !text.is_empty())
        .map(|text| redact::without_private_parts(&text));
    Ok(TestResult {
        success,
        response_status,
        response_body,
        error_message,
    })
}

impl From<WireWebhook> for Webhook {
    fn from(wire: WireWebhook) -> Self {
        let mut webhook = Self {
            id: wire.webhook_id,
            name: wire.name,
            model_name: None,
            events: Default::default(),
            other_events: Default::default(),
            description: wire.description.filter(|text| !text.is_empty()),
            status: status(wire.status),
            creation_timestamp: wire.creation_timestamp,
            last_updated_timestamp: wire.last_updated_timestamp,
            target: Target::Http {
                url: wire.url,
                enable_ssl_verification: true,
            },
        };
        for event in wire.events {
            let name = format!("{}.{}", event.entity, event.action).to_ascii_lowercase();
            match Event::parse(&name) {
                Some(event) => webhook.events.insert(event),
                None => webhook.other_events.insert(name),
            };
        }
        webhook
    }
}

fn status(text: Option<String>) -> Status {
    match text {
        None => Status::Active,
        Some(text) => Status::parse(&text).unwrap_or(Status::Other(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{ErrorKind, call::nothing};

    const WEBHOOK: &str = r#"{"webhook_id":"w1","name":"n","url":"https://h","status":"PAUSED","new_field":1.5,
        "events":[{"entity":"MODEL_VERSION","action":"CREATED"},{"entity":"RUN","action":"FINISHED"}],
        "creation_timestamp":1795377334772,"last_updated_timestamp":1795377334773}"#;

    fn answer(body: &str) -> Response {
        Response::for_test(200, body)
    }

    #[test]
    fn a_newer_servers_webhook_is_readable() {
        let read = webhook(&answer(&format!(r#"{{"webhook":{WEBHOOK}}}"#))).unwrap();
        assert_eq!(
            read.events,
            [Event::parse("model_version.created").unwrap()].into()
        );
        assert_eq!(read.other_events, ["run.finished".to_owned()].into());
        assert_eq!(read.status, Status::Other("PAUSED".to_owned()));
        assert_eq!(
            (read.creation_timestamp, read.last_updated_timestamp),
            (1_795_377_334_772, 1_795_377_334_773)
        );
        assert_eq!(read.description, None);
    }

    #[test]
    fn a_page_may_be_empty_and_may_have_a_successor() {
        for (body, count, next) in [
            ("{}".to_owned(), 0, None),
            (r#"{"webhooks":[]}"#.to_owned(), 0, None),
            (
                format!(r#"{{"webhooks":[{WEBHOOK}],"next_page_token":""}}"#),
                1,
                None,
            ),
            (
                format!(r#"{{"webhooks":[{WEBHOOK}],"next_page_token":"t"}}"#),
                1,
                Some("t"),
            ),
        ] {
            let page = page(&answer(&body)).unwrap();
            assert_eq!(
                (page.items.len(), page.next.as_deref()),
                (count, next),
                "{body}"
            );
        }
    }

    #[test]
    fn an_answer_of_another_shape_is_an_error_that_does_not_quote_json() {
        for body in [
            "",
            "<html>login</html>",
            "[]",
            "null",
            r#"{"status":"s3cret"}"#,
            r#"{"webhooks":[{"secret":"s3cret"}]}"#,
        ] {
            for error in [
                webhook(&answer(body)).unwrap_err(),
                page(&answer(body)).unwrap_err(),
                tested(&answer(body)).unwrap_err(),
                nothing(&answer(body)).unwrap_err(),
            ] {
                assert_eq!(*error.kind(), ErrorKind::ForeignAnswer, "{body}");
                assert!(!format!("{error:?}").contains("s3cret"));
            }
        }
    }

    #[test]
    fn a_test_result_keeps_the_receivers_query_to_itself() {
        let result = tested(&answer(
            r#"{"result":{"success":false,"error_message":"HTTPConnectionPool: Max retries exceeded with url: /x?token=s3cret (Caused by X)"}}"#,
        ));
        assert_eq!(
            result.unwrap(),
            TestResult {
                success: false,
                response_status: None,
                response_body: None,
                error_message: Some(
                    "HTTPConnectionPool: Max retries exceeded with url: /x?... (Caused by X)"
                        .into()
                ),
            }
        );
    }
}
