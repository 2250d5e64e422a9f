//! Webhooks in our own nouns, the same for every registry. Wire names and shapes live with the
//! backends; events are in [`event`](super::event).

use std::collections::BTreeSet;

use secrecy::SecretString;

use crate::api::{kind::ServerKind, webhooks::event::Event};

/// A webhook as a registry shows it. Secrets are never among what a registry shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The registry's own id.
    pub id: String,
    /// Absent on registries that do not name webhooks.
    pub name: Option<String>,
    /// The one model it listens to; `None` means all of them.
    pub model_name: Option<String>,
    /// The events that this version knows.
    pub events: BTreeSet<Event>,
    /// Names of events that this version does not know, in the registry's spelling: a newer server
    /// stays readable, and nothing of the webhook is hidden.
    pub other_events: BTreeSet<String>,
    /// Never an empty text: registries show "none" and "empty" alike.
    pub description: Option<String>,
    /// Whether it fires.
    pub status: Status,
    /// Unix milliseconds.
    pub creation_timestamp: i64,
    /// Unix milliseconds; moves with every update, also one that changes nothing.
    pub last_updated_timestamp: i64,
    /// What it calls.
    pub target: Target,
}

/// What a webhook calls, without the secrets of the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A POST to a URL.
    Http {
        /// Where to; may hold userinfo, which a registry shows in clear.
        url: String,
        /// `true` where the registry does not say otherwise.
        enable_ssl_verification: bool,
    },
    /// A run of a Databricks job.
    Job {
        /// The job's id.
        job_id: String,
        /// The workspace that holds the job; `None` means the webhook's own.
        workspace_url: Option<String>,
    },
}

/// Whether a webhook fires.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Fires at its events.
    Active,
    /// Does not fire.
    Disabled,
    /// Fires only when tested (Databricks).
    TestMode,
    /// A status that this version does not know, as the registry spells it. Only ever read.
    Other(String),
}

impl Status {
    /// One of the three known names, exactly as written on the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "ACTIVE" => Some(Self::Active),
            "DISABLED" => Some(Self::Disabled),
            "TEST_MODE" => Some(Self::TestMode),
            _ => None,
        }
    }

    /// The name on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "ACTIVE",
            Self::Disabled => "DISABLED",
            Self::TestMode => "TEST_MODE",
            Self::Other(text) => text,
        }
    }
}

/// Which webhook is meant. More than the id lets a registry without a way to read one webhook look
/// in a shorter list, and tell a list that lags behind from a webhook that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebhookRef<'a> {
    /// The registry's own id.
    pub id: &'a str,
    /// The model it listens to; `None` when that is all of them, or is not known.
    pub model_name: Option<&'a str>,
    /// When it was last seen to change, in the registry's Unix milliseconds.
    pub last_updated_timestamp: Option<i64>,
}

impl<'a> From<&'a str> for WebhookRef<'a> {
    fn from(id: &'a str) -> Self {
        Self {
            id,
            model_name: None,
            last_updated_timestamp: None,
        }
    }
}

impl<'a> From<&'a String> for WebhookRef<'a> {
    fn from(id: &'a String) -> Self {
        Self::from(id.as_str())
    }
}

impl<'a> From<&'a Webhook> for WebhookRef<'a> {
    fn from(webhook: &'a Webhook) -> Self {
        Self {
            id: &webhook.id,
            model_name: webhook.model_name.as_deref(),
            last_updated_timestamp: Some(webhook.last_updated_timestamp),
        }
    }
}

/// Which webhooks to list; the default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Those of one model. Who may manage only that model may list only these.
    pub model_name: Option<String>,
    /// Those with at least one of these events; none given, whatever their events.
    pub events: BTreeSet<Event>,
}

impl ListFilter {
    pub(in crate::api) fn of_model(model_name: Option<&str>) -> Self {
        Self {
            model_name: model_name.map(str::to_owned),
            events: BTreeSet::new(),
        }
    }

    pub(in crate::api) fn matches(&self, webhook: &Webhook) -> bool {
        (self.model_name.is_none() || self.model_name == webhook.model_name)
            && (self.events.is_empty() || !self.events.is_disjoint(&webhook.events))
    }
}

/// A webhook to create.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Required by MLflow, unknown to Databricks.
    pub name: Option<String>,
    /// Databricks only; `None` listens to all models.
    pub model_name: Option<String>,
    /// At least one.
    pub events: BTreeSet<Event>,
    /// `None` and an empty text are the same to a registry.
    pub description: Option<String>,
    /// Whether it fires.
    pub status: Status,
    /// What it calls.
    pub target: NewTarget,
}

/// What a new webhook calls, with the secrets of the call.
#[derive(Clone, Debug)]
pub enum NewTarget {
    /// A POST to a URL.
    Http {
        /// Where to.
        url: String,
        /// `false` on Databricks only.
        enable_ssl_verification: bool,
        /// Signs deliveries; `None` and an empty text mean unsigned.
        secret: Option<SecretString>,
        /// The `Authorization` header of deliveries (Databricks only).
        authorization: Option<SecretString>,
    },
    /// A run of a Databricks job.
    Job {
        /// The job's id.
        job_id: String,
        /// `None` means the webhook's own workspace.
        workspace_url: Option<String>,
        /// Starts the job.
        access_token: SecretString,
    },
}

/// A change of a webhook: what is `None` is not sent and stays as it is, except for `status`, which
/// is always sent because MLflow before 3.16.0 resets a status that is left out.
#[derive(Clone, Debug)]
pub struct WebhookChange {
    /// A new name.
    pub name: Option<String>,
    /// The complete new set.
    pub events: Option<BTreeSet<Event>>,
    /// `Some("")` clears it.
    pub description: Option<String>,
    /// The status it has or shall have.
    pub status: Status,
    /// Fields of the target; a change from one kind of target to the other is not possible.
    pub target: Option<TargetChange>,
}

impl WebhookChange {
    /// A change of nothing but the status; fill in the other fields as needed.
    #[must_use]
    pub fn of_status(status: Status) -> Self {
        Self {
            name: None,
            events: None,
            description: None,
            status,
            target: None,
        }
    }

    /// Whether it holds something that no registry shows.
    pub(in crate::api) fn has_secret(&self) -> bool {
        match &self.target {
            None => false,
            Some(TargetChange::Http {
                secret,
                authorization,
                ..
            }) => secret.is_some() || authorization.is_some(),
            Some(TargetChange::Job { access_token, .. }) => access_token.is_some(),
        }
    }
}

/// A change of a webhook's target. On a server of some kinds [it is whole](Self::is_whole_on).
#[derive(Clone, Debug)]
pub enum TargetChange {
    /// A POST to a URL.
    Http {
        /// A new URL.
        url: Option<String>,
        /// Databricks only.
        enable_ssl_verification: Option<bool>,
        /// An empty secret clears it: deliveries are unsigned from then on.
        secret: Option<SecretString>,
        /// An empty text clears it (Databricks only).
        authorization: Option<SecretString>,
    },
    /// A run of a Databricks job.
    Job {
        /// Another job.
        job_id: Option<String>,
        /// Another workspace.
        workspace_url: Option<String>,
        /// A new token.
        access_token: Option<SecretString>,
    },
}

impl TargetChange {
    /// Whether a change must hold all of the target, also what does not change: Databricks does not
    /// say what becomes of fields that are left out.
    #[must_use]
    pub const fn is_whole_on(kind: ServerKind) -> bool {
        matches!(kind, ServerKind::Databricks)
    }
}

/// What came of one test delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// The receiver took the delivery (a status below 400).
    pub success: bool,
    /// The receiver's status, if it answered.
    pub response_status: Option<u16>,
    /// The receiver's answer, uncut.
    pub response_body: Option<String>,
    /// Why nothing was delivered, in the registry's words.
    pub error_message: Option<String>,
}
