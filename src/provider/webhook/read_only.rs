//! The read-only row of a webhook, as data sources give it: all that a registry tells, so no secrets.

use super::events;
use crate::{
    api::{self, ServerKind, Target},
    framework::{Attr, SetOf, schema::Attribute},
    row,
};

row! {
    /// A webhook as a registry shows it.
    pub(in crate::provider) struct ReadOnly {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) model_name: Attr<String>,
        pub(super) events: Attr<SetOf<Attr<String>>>,
        pub(super) description: Attr<String>,
        pub(super) status: Attr<String>,
        pub(super) creation_timestamp: Attr<i64>,
        pub(super) last_updated_timestamp: Attr<i64>,
        pub(super) http_url_spec: Attr<ReadOnlyHttp>,
        pub(super) job_spec: Attr<ReadOnlyJob>,
    }
}

row! {
    /// A POST to a URL.
    pub(in crate::provider) struct ReadOnlyHttp {
        pub(super) url: Attr<String>,
        pub(super) enable_ssl_verification: Attr<bool>,
    }
}

row! {
    /// A run of a Databricks job.
    pub(in crate::provider) struct ReadOnlyJob {
        pub(super) job_id: Attr<String>,
        pub(super) workspace_url: Attr<String>,
    }
}

impl ReadOnly {
    /// A webhook as a registry of this kind shows it.
    pub(super) fn of(kind: ServerKind, webhook: &api::Webhook) -> Self {
        let mut shown = Self {
            id: webhook.id.clone().into(),
            name: webhook.name.clone().into(),
            model_name: webhook.model_name.clone().into(),
            events: events::of(kind, webhook, &Attr::Null).into(),
            description: webhook.description.clone().into(),
            status: webhook.status.as_str().to_owned().into(),
            creation_timestamp: webhook.creation_timestamp.into(),
            last_updated_timestamp: webhook.last_updated_timestamp.into(),
            http_url_spec: Attr::Null,
            job_spec: Attr::Null,
        };
        match webhook.target.clone() {
            Target::Http {
                url,
                enable_ssl_verification,
            } => {
                let http = ReadOnlyHttp {
                    url: url.into(),
                    enable_ssl_verification: enable_ssl_verification.into(),
                };
                shown.http_url_spec = http.into();
            }
            Target::Job {
                job_id,
                workspace_url,
            } => {
                let job = ReadOnlyJob {
                    job_id: job_id.into(),
                    workspace_url: workspace_url.into(),
                };
                shown.job_spec = job.into();
            }
        }
        shown
    }
}

/// By what one webhook is told from another; whoever looks one up may make them arguments.
pub(super) fn names() -> [Attribute; 2] {
    [
        Attribute::string("id", "The registry's id of the webhook.").computed(),
        Attribute::string(
            "name",
            "Name of the webhook. Null on Databricks, which has no names.",
        )
        .computed(),
    ]
}

/// All the rest.
pub(super) fn content() -> Vec<Attribute> {
    vec![
        Attribute::string(
            "model_name",
            "The one registered model that the webhook listens to; null when it listens to all.",
        )
        .computed(),
        Attribute::string_set(
            "events",
            "The events that fire the webhook. Those that both registries have are spelled as \
             MLflow does, such as `model_version.created`.",
        )
        .computed(),
        Attribute::string("description", "What the webhook is for; null without any.").computed(),
        Attribute::string(
            "status",
            "`ACTIVE` fires, `DISABLED` does not, `TEST_MODE` (Databricks only) fires only when \
             tested.",
        )
        .computed(),
        Attribute::number(
            "creation_timestamp",
            "When the webhook was created, in Unix milliseconds.",
        )
        .computed(),
        Attribute::number(
            "last_updated_timestamp",
            "When the webhook was last changed, in Unix milliseconds.",
        )
        .computed(),
        http_url_spec(),
        job_spec(),
    ]
}

fn http_url_spec() -> Attribute {
    let attributes = vec![
        Attribute::string("url", "Where to.").computed(),
        Attribute::bool(
            "enable_ssl_verification",
            "Whether the receiver's certificate is verified.",
        )
        .computed(),
    ];
    Attribute::object(
        "http_url_spec",
        "The POST request that the webhook sends, without its secrets, which no registry tells; \
         null when it starts a job instead.",
        attributes,
    )
    .computed()
}

fn job_spec() -> Attribute {
    let attributes = vec![
        Attribute::string("job_id", "Id of the job.").computed(),
        Attribute::string(
            "workspace_url",
            "Address of the workspace that holds the job.",
        )
        .computed(),
    ];
    Attribute::object(
        "job_spec",
        "The Databricks job that the webhook starts; null when it sends a request instead.",
        attributes,
    )
    .computed()
}
