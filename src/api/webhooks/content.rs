//! What a registry shows of a webhook, by which a new one is told from others.

use std::collections::BTreeSet;

use crate::api::webhooks::{
    event::Event,
    model::{NewTarget, NewWebhook, Target, Webhook},
};

/// The visible content of a webhook: what a registry would show of two alike ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Content {
    name: Option<String>,
    model_name: Option<String>,
    events: BTreeSet<Event>,
    description: Option<String>,
    status: String,
    target: (bool, String),
}

impl Content {
    pub(super) fn of_new(new: &NewWebhook) -> Self {
        let target = match &new.target {
            NewTarget::Http {
                url,
                enable_ssl_verification,
                ..
            } => (*enable_ssl_verification, url),
            NewTarget::Job { job_id, .. } => (true, job_id),
        };
        Self {
            name: new.name.clone(),
            model_name: new.model_name.clone(),
            events: new.events.clone(),
            description: new.description.clone().filter(|text| !text.is_empty()),
            status: new.status.as_str().to_owned(),
            target: (target.0, target.1.clone()),
        }
    }

    pub(super) fn model_name(&self) -> Option<&str> {
        self.model_name.as_deref()
    }

    /// A webhook with events that we do not know is none that we could have created.
    pub(super) fn is_of(&self, webhook: &Webhook) -> bool {
        let (verified, address) = match &webhook.target {
            Target::Http {
                url,
                enable_ssl_verification,
            } => (*enable_ssl_verification, url),
            Target::Job { job_id, .. } => (true, job_id),
        };
        webhook.other_events.is_empty()
            && self.name == webhook.name
            && self.model_name == webhook.model_name
            && self.events == webhook.events
            && self.description == webhook.description
            && self.status == webhook.status.as_str()
            && self.target.0 == verified
            && self.target.1 == *address
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::webhooks::model::Status;

    fn new() -> NewWebhook {
        NewWebhook {
            name: Some("n".to_owned()),
            model_name: None,
            events: Event::parse("prompt.created").into_iter().collect(),
            description: Some(String::new()),
            status: Status::Active,
            target: NewTarget::Http {
                url: "https://h".to_owned(),
                enable_ssl_verification: true,
                secret: Some("s".into()),
                authorization: None,
            },
        }
    }

    fn made() -> Webhook {
        Webhook {
            id: "w".to_owned(),
            name: Some("n".to_owned()),
            model_name: None,
            events: new().events,
            other_events: BTreeSet::new(),
            description: None,
            status: Status::Active,
            creation_timestamp: 0,
            last_updated_timestamp: 0,
            target: Target::Http {
                url: "https://h".to_owned(),
                enable_ssl_verification: true,
            },
        }
    }

    #[test]
    fn content_is_what_a_registry_shows() {
        let content = Content::of_new(&new());
        assert!(content.is_of(&made()));
        for (case, other) in [
            (
                "name",
                Webhook {
                    name: None,
                    ..made()
                },
            ),
            (
                "events",
                Webhook {
                    events: BTreeSet::new(),
                    ..made()
                },
            ),
            (
                "other events",
                Webhook {
                    other_events: ["x.y".to_owned()].into(),
                    ..made()
                },
            ),
            (
                "description",
                Webhook {
                    description: Some("d".to_owned()),
                    ..made()
                },
            ),
            (
                "status",
                Webhook {
                    status: Status::Disabled,
                    ..made()
                },
            ),
            (
                "url",
                Webhook {
                    target: Target::Http {
                        url: "https://i".to_owned(),
                        enable_ssl_verification: true,
                    },
                    ..made()
                },
            ),
        ] {
            assert!(!content.is_of(&other), "{case}");
        }
    }
}
