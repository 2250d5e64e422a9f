//! Test deliveries: how one is asked for, and what came of it in words.

use super::events;
use crate::{
    api::{ErrorKind, Event, TestResult, Webhooks},
    framework::{
        Attr, Context, Diagnostics, Path,
        schema::{Attribute, Empty, Validator},
    },
    provider::{Configured, explain::explain, managed::workspace},
};

/// Which webhook is tested, and with which event.
pub(super) fn arguments() -> [Attribute; 3] {
    [
        workspace::reading_argument(),
        Attribute::string("webhook_id", "The registry's id of the webhook to test.")
            .empty(Empty::Refused)
            .required()
            .check(Validator::string("Missing Webhook ID", |id| {
                if id.trim().is_empty() {
                    return Err("Give the id of the webhook to test, such as \
                                mlflow_webhook.deploy.id."
                        .to_owned());
                }
                Ok(())
            })),
        Attribute::string(
            "event",
            "The event to deliver an example of, in either registry's spelling; one of the \
             webhook's own when left out.",
        )
        .empty(Empty::Refused)
        .check(Validator::string("Unknown Event", |name| {
            events::named(name).map(|_| ())
        })),
    ]
}

/// Has the registry deliver.
///
/// # Errors
/// When the registry could not even try. A delivery that failed is a result.
pub(super) async fn deliver(
    cx: &Context<Configured>,
    workspace: &Attr<String>,
    webhook_id: &str,
    event: &Attr<String>,
) -> Result<TestResult, Diagnostics> {
    let webhooks = Webhooks::of(workspace::server(cx, workspace).await?);
    let event = event.known().and_then(|name| Event::parse(name));
    let tested = webhooks.test(webhook_id, event, cx.stop()).await;
    tested.map_err(|error| {
        let diagnostic = explain(&error);
        match error.kind() {
            ErrorKind::NotFound => diagnostic.at(Path::attribute("webhook_id")).into(),
            ErrorKind::UnknownEvent { .. } | ErrorKind::Unsupported => {
                diagnostic.at(Path::attribute("event")).into()
            }
            _ => diagnostic.into(),
        }
    })
}

/// More of a receiver's answer says nothing more.
const LONGEST_ANSWER: usize = 500;

/// Why the delivery failed, in the registry's or the receiver's words; `None` when it did not. The
/// registry's words come without the private parts of the URL.
pub(super) fn failure(result: &TestResult) -> Option<String> {
    if result.success {
        return None;
    }
    let said = result.error_message.clone();
    let parts: Vec<_> = said.into_iter().chain(answer(result)).collect();
    if parts.is_empty() {
        return Some("the registry says only that the delivery failed".to_owned());
    }
    Some(parts.join("; "))
}

/// What the receiver answered, if it did.
pub(super) fn answer(result: &TestResult) -> Option<String> {
    let status = result.response_status?;
    let body = result.response_body.as_deref().unwrap_or_default();
    let words: Vec<_> = body.split_whitespace().collect();
    let words = words.join(" ");
    Some(match words.char_indices().nth(LONGEST_ANSWER) {
        Some((end, _)) => format!("the receiver answered {status}: {} ...", &words[..end]),
        None if words.is_empty() => format!("the receiver answered {status}"),
        None => format!("the receiver answered {status}: {words}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(status: Option<u16>, body: &str, error: Option<&str>) -> TestResult {
        TestResult {
            success: false,
            response_status: status,
            response_body: status.map(|_| body.to_owned()),
            error_message: error.map(str::to_owned),
        }
    }

    #[test]
    fn a_failure_is_told_in_the_words_of_who_knows() {
        for (result, expected) in [
            (
                result(Some(500), "out of\n  order", None),
                "the receiver answered 500: out of order",
            ),
            (result(Some(502), "", None), "the receiver answered 502"),
            (
                result(None, "", Some("connection refused")),
                "connection refused",
            ),
            (
                result(Some(404), "no such hook", Some("not delivered")),
                "not delivered; the receiver answered 404: no such hook",
            ),
            (
                result(None, "", None),
                "the registry says only that the delivery failed",
            ),
        ] {
            assert_eq!(failure(&result).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_success_is_no_failure_whatever_else_is_said() {
        let taken = TestResult {
            success: true,
            ..result(Some(204), "", Some("slow"))
        };
        assert_eq!(failure(&taken), None);
    }

    #[test]
    fn a_page_for_an_answer_is_cut() {
        let long = result(Some(500), &"ä ".repeat(2000), None);
        let told = failure(&long).unwrap();
        assert!(told.chars().count() < 600, "{told}");
        assert!(told.ends_with(" ..."), "{told}");
    }
}
