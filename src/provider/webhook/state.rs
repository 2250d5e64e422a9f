//! Between rows and a registry's webhook.

use super::{
    events,
    model::{HttpUrlSpec, JobSpec, Webhook, in_http},
    secret,
};
use crate::{
    api::{
        self, NewTarget, NewWebhook, ServerKind, Status, Target, TargetChange, WebhookChange,
        Webhooks,
    },
    framework::{Attr, Path},
    provider::managed::{stated, text_or_none},
};

/// The state of a webhook as the registry now shows it. What no registry shows, and how things
/// that mean the same were written, is taken from `before`.
pub(super) fn refreshed(webhooks: &Webhooks, webhook: &api::Webhook, before: &Webhook) -> Webhook {
    let mut state = Webhook {
        id: webhook.id.clone().into(),
        name: webhook.name.clone().into(),
        model_name: webhook.model_name.clone().into(),
        events: events::of(webhooks.server().kind(), webhook, &before.events).into(),
        description: text_or_none(webhook.description.as_ref(), &before.description),
        status: webhook.status.as_str().to_owned().into(),
        workspace: stated(&before.workspace, webhooks.server()),
        creation_timestamp: webhook.creation_timestamp.into(),
        last_updated_timestamp: webhook.last_updated_timestamp.into(),
        http_url_spec: vec![].into(),
        job_spec: vec![].into(),
    };
    match &webhook.target {
        Target::Http {
            url,
            enable_ssl_verification,
        } => {
            let http = HttpUrlSpec {
                url: url.clone().into(),
                enable_ssl_verification: (*enable_ssl_verification).into(),
                ..before.http().cloned().unwrap_or_default()
            };
            state.http_url_spec = vec![http].into();
        }
        Target::Job {
            job_id,
            workspace_url,
        } => {
            let address = webhooks.server().address();
            let job = JobSpec {
                job_id: job_id.clone().into(),
                workspace_url: workspace_of_job(workspace_url.as_deref(), address, before.job())
                    .into(),
                ..before.job().cloned().unwrap_or_default()
            };
            state.job_spec = vec![job].into();
        }
    }
    state
}

/// The workspace of a job, unless the user never named one and it is the registry's own addition: of a
/// webhook that is new to the state, one that is the registry's own.
fn workspace_of_job(
    shown: Option<&str>,
    address: &str,
    before: Option<&JobSpec>,
) -> Option<String> {
    let is_added = before.map_or_else(
        || is_at(shown, address),
        |before| before.workspace_url.is_null(),
    );
    shown.filter(|_| !is_added).map(str::to_owned)
}

/// Whether a workspace's URL is that of the registry itself.
fn is_at(url: Option<&str>, address: &str) -> bool {
    url.is_some_and(|url| url.trim_end_matches('/').eq_ignore_ascii_case(address))
}

/// The webhook that a plan describes. `config` has the write-only secrets.
pub(super) fn new_webhook(planned: &Webhook, config: &Webhook) -> NewWebhook {
    NewWebhook {
        name: planned.name.known().cloned(),
        model_name: planned.model_name.known().cloned(),
        events: events::parse(&planned.events),
        description: planned.description.known().cloned(),
        status: status(planned),
        target: new_target(planned, config),
    }
}

fn new_target(planned: &Webhook, config: &Webhook) -> NewTarget {
    if let (Some(job), Some(config)) = (planned.job(), config.job()) {
        let token = job.token_forms(config).text();
        return NewTarget::Job {
            job_id: job.job_id.known_or_default(),
            workspace_url: job.workspace_url.known().cloned(),
            access_token: token.unwrap_or_default(),
        };
    }
    let (http, config) = (http_of(planned), http_of(config));
    NewTarget::Http {
        url: http.url.known_or_default(),
        enable_ssl_verification: http.enable_ssl_verification.known() != Some(&false),
        secret: http.secret_forms(&config).text(),
        authorization: http.authorization_forms(&config).text(),
    }
}

/// What must be sent to get from one state to the other; `None` when nothing must.
pub(super) fn change(
    kind: ServerKind,
    prior: &Webhook,
    planned: &Webhook,
    config: &Webhook,
) -> Option<WebhookChange> {
    let description = text_change(&prior.description, &planned.description);
    let target = target_change(kind, prior, planned, config);
    let change = WebhookChange {
        name: changed(&prior.name, &planned.name),
        events: events::change(&prior.events, &planned.events),
        description,
        status: status(planned),
        target,
    };
    let nothing = change.name.is_none()
        && change.events.is_none()
        && change.description.is_none()
        && change.target.is_none()
        && prior.status == planned.status;
    (!nothing).then_some(change)
}

fn target_change(
    kind: ServerKind,
    prior: &Webhook,
    planned: &Webhook,
    config: &Webhook,
) -> Option<TargetChange> {
    let whole = TargetChange::is_whole_on(kind);
    match (prior.job(), planned.job(), config.job()) {
        (Some(prior), Some(planned), Some(config)) => job_change(whole, prior, planned, config),
        _ => http_change(whole, &http_of(prior), &http_of(planned), &http_of(config)),
    }
}

fn job_change(
    whole: bool,
    prior: &JobSpec,
    planned: &JobSpec,
    config: &JobSpec,
) -> Option<TargetChange> {
    let configured = planned.token_forms(config);
    let token = secret::change(prior.token_forms(prior), configured);
    let job_id = changed(&prior.job_id, &planned.job_id);
    let workspace_url = text_change(&prior.workspace_url, &planned.workspace_url);
    if job_id.is_none() && workspace_url.is_none() && token.is_none() {
        return None;
    }
    let all = |part: Option<String>, planned: &Attr<String>| {
        part.or_else(|| planned.known().filter(|_| whole).cloned())
    };
    Some(TargetChange::Job {
        job_id: all(job_id, &planned.job_id),
        workspace_url: all(workspace_url, &planned.workspace_url),
        access_token: token.or_else(|| configured.text().filter(|_| whole)),
    })
}

fn http_change(
    whole: bool,
    prior: &HttpUrlSpec,
    planned: &HttpUrlSpec,
    config: &HttpUrlSpec,
) -> Option<TargetChange> {
    let url = changed(&prior.url, &planned.url);
    let verification = changed(
        &prior.enable_ssl_verification,
        &planned.enable_ssl_verification,
    );
    let (key, header) = (
        planned.secret_forms(config),
        planned.authorization_forms(config),
    );
    let secret = secret::change(prior.secret_forms(prior), key);
    let authorization = secret::change(prior.authorization_forms(prior), header);
    let nothing =
        url.is_none() && verification.is_none() && secret.is_none() && authorization.is_none();
    if nothing {
        return None;
    }
    let verified = planned.enable_ssl_verification.known().copied();
    Some(TargetChange::Http {
        url: url.or_else(|| planned.url.known().filter(|_| whole).cloned()),
        enable_ssl_verification: verification.or_else(|| verified.filter(|_| whole)),
        secret: secret.or_else(|| key.text().filter(|_| whole)),
        authorization: authorization.or_else(|| header.text().filter(|_| whole)),
    })
}

/// The attributes that an update would clear on the registry.
pub(super) fn cleared(prior: &Webhook, planned: &Webhook, config: &Webhook) -> Vec<Cleared> {
    let mut all = Vec::new();
    let open = planned.description.is_unknown();
    let text = text_change(&prior.description, &planned.description);
    if !open && text.is_some_and(|it| it.is_empty()) {
        all.push(Cleared::Description);
    }
    if let (Some(prior), Some(planned), Some(config)) =
        (prior.http(), planned.http(), config.http())
    {
        let (before, after) = (prior.secret_forms(prior), planned.secret_forms(config));
        if secret::is_cleared(before, after) {
            let plain = prior.secret != planned.secret;
            all.push(if plain {
                Cleared::Secret("secret")
            } else {
                Cleared::Secret("secret_wo_version")
            });
        }
    }
    all
}

/// Something that an update would clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cleared {
    /// The description.
    Description,
    /// The secret, by the attribute whose change says so.
    Secret(&'static str),
}

impl Cleared {
    /// As users call it.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Secret(_) => "secret",
        }
    }

    /// Where it stands in the configuration.
    pub(super) fn path(self) -> Path {
        match self {
            Self::Description => Path::attribute("description"),
            Self::Secret(name) => in_http(name),
        }
    }
}

/// A text that is sent when it differs, null and empty being the same; empty clears it.
fn text_change(prior: &Attr<String>, planned: &Attr<String>) -> Option<String> {
    let (prior, planned) = (prior.known_or_default(), planned.known_or_default());
    (prior != planned).then_some(planned)
}

fn changed<T: Clone + PartialEq>(prior: &Attr<T>, planned: &Attr<T>) -> Option<T> {
    (prior != planned)
        .then(|| planned.known().cloned())
        .flatten()
}

fn status(planned: &Webhook) -> Status {
    let status = planned.status.known().and_then(|it| Status::parse(it));
    status.unwrap_or(Status::Active)
}

fn http_of(webhook: &Webhook) -> HttpUrlSpec {
    webhook.http().cloned().unwrap_or_default()
}
