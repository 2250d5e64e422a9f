//! The webhook API of a Databricks workspace. It has no call that reads one webhook; [`lists`] makes
//! up for it.

mod answer;
mod lists;
mod request;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::time::Instant;
use tracing::debug;

use crate::api::{
    area::{Area, always, nothing_special},
    budget::Op,
    call::{About, Call, nothing},
    error::{Error, ErrorKind},
    lock::lock,
    page::{Listing, Pages},
    server::Server,
    version::Version,
    webhooks::{
        event::Event,
        model::{ListFilter, NewWebhook, TestResult, Webhook, WebhookChange, WebhookRef},
    },
};
use lists::{Lists, Scope};

static AREA: Area = Area {
    noun: "webhook",
    since: Version::new(0, 0, 0),
    on_databricks: true,
    needs_database: false,
    shortest_list: || request::list(&ListFilter::default(), None, true),
    classify: nothing_special,
    quotable: always,
};

/// What is known of the webhooks of one workspace.
#[derive(Debug, Default)]
struct Known {
    lists: Lists,
    /// The server does not take pages of our size.
    pages_by_default: AtomicBool,
    written: Mutex<HashMap<String, Written>>,
}

/// The last that this process did to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// Created or changed it at that time of the server's.
    At(i64),
    Deleted,
}

impl Known {
    fn wrote(&self, webhook: Webhook) -> Webhook {
        let changed = webhook.last_updated_timestamp;
        lock(&self.written).insert(webhook.id.clone(), Written::At(changed));
        webhook
    }

    /// When the webhook was last known to change, by the server's clock. Of one that we deleted no
    /// list lags behind.
    fn changed(&self, webhook: WebhookRef<'_>) -> Option<i64> {
        match lock(&self.written).get(webhook.id) {
            Some(Written::Deleted) => None,
            Some(Written::At(changed)) => webhook.last_updated_timestamp.max(Some(*changed)),
            None => webhook.last_updated_timestamp,
        }
    }
}

pub(super) async fn create(
    server: &Server,
    new: &NewWebhook,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    let about = About::new(&AREA, new.model_name.clone());
    let call = Call::new(about, request::create(new)?, answer::webhook);
    let filter = ListFilter::of_model(new.model_name.as_deref());
    match server.send(&call, op).await {
        Ok(answered) => Ok(server.kept::<Known>().wrote(answered.value)),
        Err(error) => Err(without_model(error, &filter)),
    }
}

/// Not found is what a whole list does not show, unless it may lag behind.
pub(super) async fn get(
    server: &Server,
    webhook: WebhookRef<'_>,
    op: &Op<'_>,
) -> Result<Webhook, Error> {
    let begun = Instant::now();
    loop {
        let changed = server.kept::<Known>().changed(webhook);
        let listing = listing(server, webhook, changed, op).await?;
        let found = find(&listing, webhook.id);
        let patient = begun.elapsed() < op.pace.lag && may_lag(changed, &listing, op);
        if !is_behind(changed, found) || !patient {
            let gone = || Error::new(ErrorKind::NotFound).with_message(NOT_LISTED);
            return found.cloned().ok_or_else(gone);
        }
        debug!(id = webhook.id, "listing again, the list may lag behind");
        op.pause(op.pace.lag / 10).await?;
    }
}

pub(super) async fn refresh(
    server: &Server,
    webhook: WebhookRef<'_>,
    op: &Op<'_>,
) -> Result<Webhook, Error> {
    let known = server.kept::<Known>();
    let earliest = server.recency().earliest(op.pace.age);
    let changed = known.changed(webhook);
    let shown = known.lists.shown(webhook.id, earliest);
    match shown.filter(|shown| !is_behind(changed, Some(shown))) {
        Some(webhook) => Ok(webhook),
        None => get(server, webhook, op).await,
    }
}

/// How long its pages are is the server's own affair.
pub(super) async fn list(
    server: &Server,
    filter: &ListFilter,
    op: &Op<'_>,
) -> Result<Listing<Webhook>, Error> {
    let foreign = |event: &Event| event.databricks_name().is_none();
    if !filter.events.is_empty() && filter.events.iter().all(foreign) {
        return Ok(Listing::default());
    }
    whole(server, filter, op).await
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
    let answered = server.send(&call, op).await?;
    Ok(server.kept::<Known>().wrote(answered.value))
}

pub(super) async fn delete(
    server: &Server,
    webhook: WebhookRef<'_>,
    op: &mut Op<'_>,
) -> Result<(), Error> {
    let about = About::existing(&AREA, "deleting", webhook.id);
    let call = Call::new(about, request::delete(webhook.id)?, nothing);
    let gone = match server.send(&call, op).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        // Nothing documents how an id is refused that is no longer there: the list tells.
        Err(refused) if *refused.kind() == ErrorKind::Invalid => {
            match get(server, webhook, op).await {
                Err(error) if error.is_not_found() => Ok(()),
                _ => Err(refused),
            }
        }
        Err(error) => Err(error),
    };
    if gone.is_ok() {
        let known = server.kept::<Known>();
        lock(&known.written).insert(webhook.id.to_owned(), Written::Deleted);
    }
    gone
}

pub(super) async fn test(
    server: &Server,
    id: &str,
    event: Option<Event>,
    op: &mut Op<'_>,
) -> Result<TestResult, Error> {
    let about = About::existing(&AREA, "testing", id);
    let call = Call::new(about, request::test(id, event)?, answer::tested);
    server.send(&call, op).await.map(|answered| answered.value)
}

/// Every page, newly asked for.
async fn whole(
    server: &Server,
    filter: &ListFilter,
    op: &Op<'_>,
) -> Result<Listing<Webhook>, Error> {
    let known = server.kept::<Known>();
    let mut pages = Pages::new(|webhook: &Webhook| webhook.id.clone());
    loop {
        let by_default = known.pages_by_default.load(Ordering::Relaxed);
        let request = request::list(filter, pages.token(), !by_default);
        let call = Call::new(About::all(&AREA), request, answer::page);
        let answered = match server.send(&call, &mut op.call()).await {
            Err(error) if may_mean_page_size(&error) && !by_default => {
                debug!("listing again with the server's own page size");
                known.pages_by_default.store(true, Ordering::Relaxed);
                continue;
            }
            answered => answered.map_err(|error| without_model(error, filter))?,
        };
        if pages.add(answered.value, answered.clock)? {
            return Ok(pages.whole());
        }
    }
}

/// A list that was begun after now and holds the webhook, or else the shortest whole list that
/// would have to hold it.
async fn listing(
    server: &Server,
    webhook: WebhookRef<'_>,
    changed: Option<i64>,
    op: &Op<'_>,
) -> Result<Arc<Listing<Webhook>>, Error> {
    let known = server.kept::<Known>();
    let asked = Instant::now();
    let _interest = known.lists.interest(webhook.model_name);
    op.pause(op.pace.gather).await?;
    let Some(model) = webhook.model_name else {
        return shared(server, Scope::All, asked, op).await;
    };
    if known.lists.all_is_worth_it() {
        match shared(server, Scope::All, asked, op).await {
            Ok(all) if !is_behind(changed, find(&all, webhook.id)) => return Ok(all),
            // The list of the one model has the last word on what is not in it.
            Ok(_) => {}
            Err(error) if *error.kind() == ErrorKind::PermissionDenied => {
                known.lists.all_is_denied();
            }
            Err(error) => return Err(error),
        }
    }
    let scope = Scope::Model(model.to_owned());
    let listing = shared(server, scope, asked, op).await;
    listing.map_err(|error| match error.kind() {
        ErrorKind::UnknownModel => error.with_kind(ErrorKind::NotFound),
        _ => error,
    })
}

async fn shared(
    server: &Server,
    scope: Scope,
    asked: Instant,
    op: &Op<'_>,
) -> Result<Arc<Listing<Webhook>>, Error> {
    let known = server.kept::<Known>();
    let filter = ListFilter::of_model(scope.model());
    known
        .lists
        .since(asked, scope, op, || whole(server, &filter, op))
        .await
}

fn may_mean_page_size(error: &Error) -> bool {
    *error.kind() == ErrorKind::Invalid
}

/// For calls that name no webhook: what is not found can only be the model, if one was named.
fn without_model(error: Error, filter: &ListFilter) -> Error {
    match (error.kind(), &filter.model_name) {
        (ErrorKind::NotFound, Some(_)) => error.with_kind(ErrorKind::UnknownModel),
        (ErrorKind::NotFound, None) => error.with_kind(ErrorKind::NoSuchApi),
        _ => error,
    }
}

fn find<'a>(listing: &'a Listing<Webhook>, id: &str) -> Option<&'a Webhook> {
    listing.items.iter().find(|webhook| webhook.id == id)
}

/// Whether a list does not show what is known already.
fn is_behind(changed: Option<i64>, found: Option<&Webhook>) -> bool {
    found.is_none_or(|found| changed.is_some_and(|known| found.last_updated_timestamp < known))
}

/// Whether the change was so short before the list that the list may not show it yet.
fn may_lag(changed: Option<i64>, listing: &Listing<Webhook>, op: &Op<'_>) -> bool {
    let (Some(changed), Some(clock)) = (changed, listing.clock) else {
        return false;
    };
    let lag = i64::try_from(op.pace.lag.as_millis()).unwrap_or(i64::MAX);
    clock.at(clock.ours).saturating_sub(changed) < lag
}

const NOT_LISTED: &str = "it is not in the registry's list of webhooks";

/// Reads an answer as each call would.
#[cfg(any(test, fuzzing))]
pub(in crate::api) fn fuzz(answer: &crate::api::http::Response) {
    let _ = answer::webhook(answer);
    let _ = answer::page(answer);
    let _ = nothing(answer);
    let _ = answer::tested(answer);
}
