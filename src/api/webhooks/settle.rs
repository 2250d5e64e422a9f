//! Writes whose answer was lost or unclear: settled by looking, so that nothing is done twice and
//! nothing is lost. An error that is left over says whether its outcome is still unknown.

use tokio::time::Instant;
use tracing::debug;

use crate::api::{
    budget::Op,
    equals,
    error::{Error, ErrorKind},
    page::Listing,
    repeats::Repeats,
    server::Server,
    webhooks::{
        Ledger,
        content::Content,
        exchange,
        model::{
            ListFilter, NewTarget, NewWebhook, Target, TargetChange, Webhook, WebhookChange,
            WebhookRef,
        },
    },
    write::Made,
};

/// Creates a webhook, once.
pub(super) async fn create(
    server: &Server,
    ledger: &Ledger,
    new: &NewWebhook,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    let creation = Creation {
        server,
        new,
        content: Content::of_new(new),
    };
    match equals::create(&creation, ledger, op).await? {
        Made::Answered(webhook) => Ok(webhook),
        Made::Found(webhook) => confirm(server, new, webhook, op).await,
    }
}

/// A webhook to create.
struct Creation<'a> {
    server: &'a Server,
    new: &'a NewWebhook,
    content: Content,
}

impl equals::Creation for Creation<'_> {
    type Key = String;
    type Content = Content;
    type Made = Webhook;

    fn content(&self) -> &Content {
        &self.content
    }

    async fn send(&self, op: &mut Op<'_>) -> Result<Webhook, Error> {
        exchange::create(self.server, self.new, op).await
    }

    async fn look(&self, _: Instant, op: &Op<'_>) -> Result<Listing<Webhook>, Error> {
        let filter = ListFilter::of_model(self.content.model_name());
        exchange::list(self.server, &filter, None, op).await
    }

    fn shows(&self, webhook: &Webhook) -> bool {
        self.content.is_of(webhook)
    }

    fn key(webhook: &Webhook) -> String {
        webhook.id.clone()
    }

    fn created(webhook: &Webhook) -> Option<i64> {
        Some(webhook.creation_timestamp)
    }
}

/// What was adopted gets the secrets of this create: its own, when it is ours; and when a twin of
/// ours made it, the twin adopts another and does the same.
async fn confirm(
    server: &Server,
    new: &NewWebhook,
    found: Webhook,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    let id = &found.id;
    let change = confirmation(new, TargetChange::is_whole_on(server.kind()));
    update(server, WebhookRef::from(&found), &change, op)
        .await
        .map_err(|error| {
            let message = format!(
                "the webhook was created (id {id}), but could not be confirmed{}",
                error
                    .message()
                    .map(|message| format!(": {message}"))
                    .unwrap_or_default()
            );
            error.with_message(message).with_outcome_unknown(true)
        })
}

fn confirmation(new: &NewWebhook, whole: bool) -> WebhookChange {
    let target = match &new.target {
        NewTarget::Http {
            url,
            enable_ssl_verification,
            secret,
            authorization,
        } => TargetChange::Http {
            url: whole.then(|| url.clone()),
            enable_ssl_verification: whole.then_some(*enable_ssl_verification),
            secret: Some(secret.clone().unwrap_or_default()),
            authorization: Some(authorization.clone().unwrap_or_default()),
        },
        NewTarget::Job {
            job_id,
            workspace_url,
            access_token,
        } => TargetChange::Job {
            job_id: whole.then(|| job_id.clone()),
            workspace_url: workspace_url.clone().filter(|_| whole),
            access_token: Some(access_token.clone()),
        },
    };
    WebhookChange {
        target: Some(target),
        ..WebhookChange::of_status(new.status.clone())
    }
}

/// Changes a webhook. The same change twice is the same as once, so it may be repeated.
pub(super) async fn update(
    server: &Server,
    webhook: WebhookRef<'_>,
    change: &WebhookChange,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    let mut repeats = Repeats::default();
    loop {
        let error = match exchange::update(server, webhook, change, &mut op.call()).await {
            Ok(webhook) => return applied(change, webhook),
            Err(error) if error.is_outcome_unknown() => error,
            Err(error) => return Err(error),
        };
        let seen = look(server, webhook, &error, op).await?;
        let differs = !missing(change, &seen).is_empty();
        if !differs && !change.has_secret() {
            return Ok(seen);
        }
        let error = error.with_outcome_unknown(!differs);
        if !repeats.once_more(&error, op).await? {
            return Err(error);
        }
    }
}

/// Deletes a webhook, or finds it gone.
pub(super) async fn delete(
    server: &Server,
    webhook: WebhookRef<'_>,
    op: &mut Op<'_>,
) -> Result<(), Error> {
    let mut repeats = Repeats::default();
    loop {
        let error = match exchange::delete(server, webhook, &mut op.call()).await {
            Err(error) if error.is_outcome_unknown() => error,
            done => return done,
        };
        match look(server, webhook, &error, op).await {
            Err(gone) if gone.is_not_found() => return Ok(()),
            Err(other) => return Err(other),
            Ok(_) => {}
        }
        let error = error.with_outcome_unknown(false);
        if !repeats.once_more(&error, op).await? {
            return Err(error);
        }
    }
}

/// The webhook as it is after an unclear write. Only "not found" settles anything; any other
/// failure leaves the outcome of the write unknown.
async fn look(
    server: &Server,
    webhook: WebhookRef<'_>,
    lost: &Error,
    op: &Op<'_>,
) -> Result<Webhook, Error> {
    debug!(id = webhook.id, kind = ?lost.kind(), status = lost.status(), "looking after a write without a clear answer");
    exchange::get(server, webhook, &mut op.call())
        .await
        .map_err(|error| {
            let unknown = !error.is_not_found();
            error.with_outcome_unknown(unknown)
        })
}

fn applied(change: &WebhookChange, webhook: Webhook) -> Result<Webhook, Error> {
    match missing(change, &webhook) {
        fields if fields.is_empty() => Ok(webhook),
        fields => Err(Error::new(ErrorKind::NotApplied { fields })),
    }
}

/// The fields that the webhook does not show as the change wants them.
fn missing(change: &WebhookChange, webhook: &Webhook) -> Vec<&'static str> {
    let events = change.events.as_ref();
    let mut shown = vec![
        ("name", change.name.is_none() || change.name == webhook.name),
        (
            "events",
            events.is_none_or(|e| *e == webhook.events && webhook.other_events.is_empty()),
        ),
        (
            "description",
            change
                .description
                .as_ref()
                .is_none_or(|d| d == webhook.description.as_deref().unwrap_or_default()),
        ),
        ("status", change.status == webhook.status),
    ];
    shown.extend(shown_target(change.target.as_ref(), &webhook.target));
    shown
        .into_iter()
        .filter(|(_, shown)| !shown)
        .map(|(field, _)| field)
        .collect()
}

fn shown_target(change: Option<&TargetChange>, target: &Target) -> Vec<(&'static str, bool)> {
    fn same<T: PartialEq>(change: Option<&T>, value: &T) -> bool {
        change.is_none_or(|change| change == value)
    }
    match (change, target) {
        (None, _) => Vec::new(),
        (
            Some(TargetChange::Http {
                url,
                enable_ssl_verification,
                ..
            }),
            Target::Http {
                url: to,
                enable_ssl_verification: verified,
            },
        ) => vec![
            ("url", same(url.as_ref(), to)),
            (
                "enable_ssl_verification",
                same(enable_ssl_verification.as_ref(), verified),
            ),
        ],
        // A registry may or may not echo the workspace.
        (Some(TargetChange::Job { job_id, .. }), Target::Job { job_id: job, .. }) => {
            vec![("job_id", same(job_id.as_ref(), job))]
        }
        (Some(TargetChange::Http { .. }), Target::Job { .. }) => vec![("url", false)],
        (Some(TargetChange::Job { .. }), Target::Http { .. }) => vec![("job_id", false)],
    }
}
