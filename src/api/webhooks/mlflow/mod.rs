//! MLflow's webhook API, since 3.3.

mod answer;
mod request;

use std::collections::BTreeSet;

use crate::api::{
    area::{Area, always},
    budget::Op,
    call::{About, Call, nothing},
    complete::LONGEST_PAGE,
    error::{Error, ErrorKind},
    page::{Listing, Page},
    refreshes::{self, Refreshes},
    server::Server,
    version::Version,
    webhooks::{
        event::Event,
        model::{NewWebhook, TestResult, Webhook, WebhookChange, WebhookRef},
    },
};

pub(super) static AREA: Area = Area {
    noun: "webhook",
    since: Version::new(3, 3, 0),
    on_databricks: true,
    needs_database: true,
    shortest_list: request::list_one,
    classify,
    quotable: always,
};

/// What only webhooks are refused for.
fn classify(error: &Error) -> Option<ErrorKind> {
    let words = error.message().unwrap_or_default().to_ascii_lowercase();
    match (error.status(), error.code()?) {
        (_, "INVALID_PARAMETER_VALUE") if words.contains("webhook url") => {
            Some(ErrorKind::UrlRefused)
        }
        // So answers a server whose key does not fit a stored secret.
        (Some(500), "INTERNAL_ERROR") if words.is_empty() => Some(ErrorKind::EncryptionKey),
        _ => None,
    }
}

pub(super) async fn create(
    server: &Server,
    new: &NewWebhook,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    let about = About::new(&AREA, new.name.clone());
    let call = Call::new(about, request::create(new)?, answer::webhook);
    sent_with(server, &call, &new.events, op).await
}

pub(super) async fn get(
    server: &Server,
    webhook: WebhookRef<'_>,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    let about = About::existing(&AREA, "reading", webhook.id);
    let call = Call::new(about, request::get(webhook.id)?, answer::webhook);
    server.send(&call, op).await.map(|answered| answered.value)
}

pub(super) async fn refresh(
    server: &Server,
    webhook: WebhookRef<'_>,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    let id = webhook.id.to_owned();
    let shared = server.kept::<Refreshes<String, Webhook>>();
    let earliest = server.recency().earliest(op.pace.age);
    let fetch = async |token: Option<String>| {
        let call = page(refreshes::PAGE, token.as_deref());
        let page = server.send(&call, &mut op.probe()).await;
        page.map(|answered| answered.value)
    };
    match shared.find(&id, earliest, op, id_of, fetch).await? {
        Some(webhook) => Ok(webhook),
        None => get(server, webhook, op).await,
    }
}

pub(super) async fn list(
    server: &Server,
    size: Option<usize>,
    op: &Op<'_>,
) -> Result<Listing<Webhook>, Error> {
    let page = |token: Option<&str>| Some(page(size.unwrap_or(LONGEST_PAGE), token));
    server.pages(page, id_of, op).await
}

pub(super) async fn update(
    server: &Server,
    webhook: WebhookRef<'_>,
    change: &WebhookChange,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    let about = About::existing(&AREA, "updating", webhook.id);
    let request = request::update(webhook.id, change)?;
    let call = Call::new(about, request, answer::webhook);
    let events = change.events.clone().unwrap_or_default();
    sent_with(server, &call, &events, op).await
}

pub(super) async fn delete(
    server: &Server,
    webhook: WebhookRef<'_>,
    op: &mut Op<'_>,
) -> Result<(), Error> {
    let about = About::existing(&AREA, "deleting", webhook.id);
    let call = Call::new(about, request::delete(webhook.id)?, nothing);
    match server.send(&call, op).await {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}

pub(super) async fn test(
    server: &Server,
    id: &str,
    event: Option<Event>,
    op: &mut Op<'_>,
) -> Result<TestResult, Error> {
    let about = About::existing(&AREA, "testing", id);
    let call = Call::new(about, request::test(id, event)?, answer::tested);
    sent_with(server, &call, &event.into_iter().collect(), op).await
}

fn page(size: usize, token: Option<&str>) -> Call<Page<Webhook>> {
    let request = request::page(size, token);
    Call::new(About::all(&AREA), request, answer::page)
}

fn id_of(webhook: &Webhook) -> String {
    webhook.id.clone()
}

/// Sends a call that names events. A server crashes over those that it does not have.
async fn sent_with<T>(
    server: &Server,
    call: &Call<T>,
    events: &BTreeSet<Event>,
    op: &mut Op<'_>,
) -> Result<T, Error> {
    let error = match server.send(call, op).await {
        Ok(answered) => return Ok(answered.value),
        Err(error) => error,
    };
    let is_crash = *error.kind() == ErrorKind::Server && error.code().is_none();
    if !is_crash || error.status() != Some(500) {
        return Err(error);
    }
    let Ok(version) = server.probe_version(op).await else {
        return Err(error);
    };
    Err(match unknown_to(&version, events) {
        unknown if unknown.is_empty() => error,
        events => {
            let version = version.to_string();
            let kind = ErrorKind::UnknownEvent { events, version };
            error.with_kind(kind).with_outcome_unknown(false)
        }
    })
}

fn unknown_to(version: &Version, events: &BTreeSet<Event>) -> Vec<&'static str> {
    let names = events.iter().filter_map(|event| event.mlflow_name());
    names.filter(|name| *version < since(name)).collect()
}

/// The MLflow that brought the event.
fn since(name: &str) -> Version {
    match name.split('.').next() {
        Some("budget_policy") => Version::new(3, 11, 1),
        Some(entity) if entity.starts_with("prompt") => Version::new(3, 5, 0),
        _ => Version::new(3, 3, 0),
    }
}

/// Reads an answer as each call would.
#[cfg(any(test, fuzzing))]
pub(in crate::api) fn fuzz(answer: &crate::api::http::Response) {
    let _ = answer::webhook(answer);
    let _ = answer::page(answer);
    let _ = nothing(answer);
    let _ = answer::tested(answer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_came_in_three_steps() {
        let all: BTreeSet<_> = Event::all()
            .filter(|it| it.mlflow_name().is_some())
            .collect();
        let known = |version: Version| all.len() - unknown_to(&version, &all).len();
        assert_eq!(known(Version::new(3, 3, 0)), 6);
        assert_eq!(known(Version::new(3, 5, 0)), 14);
        assert_eq!(known(Version::new(3, 11, 1)), 15);
    }

    #[test]
    fn two_refusals_are_those_of_webhooks_only() {
        let refused = |status, code: &str, words: &str| {
            let error = Error::new(ErrorKind::Invalid).with_answer(status, Some(code.to_owned()));
            classify(&error.with_message(words))
        };
        let scheme = "Invalid webhook URL scheme: 'ftp'.";
        assert_eq!(
            refused(400, "INVALID_PARAMETER_VALUE", scheme),
            Some(ErrorKind::UrlRefused)
        );
        assert_eq!(refused(400, "BAD_REQUEST", scheme), None);
        assert_eq!(
            refused(500, "INTERNAL_ERROR", ""),
            Some(ErrorKind::EncryptionKey)
        );
        assert_eq!(refused(500, "INTERNAL_ERROR", "boom"), None);
    }
}
