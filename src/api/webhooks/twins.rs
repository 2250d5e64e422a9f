//! What this process knows of its own creates: which webhooks are surely not a lost one, and which
//! identical creates are under way.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use tokio::sync::RwLock;
use tokio::time::Instant;

use crate::api::lock::lock;
use crate::api::webhooks::event::Event;
use crate::api::webhooks::model::{NewTarget, NewWebhook, Target, Webhook};

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

/// Creates of one content. While a create is out, its maker holds a read lock; who settles holds
/// the write lock, so nothing alike is in flight then and settling is one at a time.
#[derive(Debug, Default)]
pub(super) struct Twins {
    pub(super) gate: RwLock<()>,
    unsettled: Mutex<usize>,
}

impl Twins {
    /// Lost creates of this content that are not settled yet.
    pub(super) fn unsettled(&self) -> usize {
        *lock(&self.unsettled)
    }
}

/// One lost create, from the loss until it is settled (or given up).
#[derive(Debug)]
pub(super) struct Unsettled(Arc<Twins>);

impl Unsettled {
    pub(super) fn of(twins: &Arc<Twins>) -> Self {
        *lock(&twins.unsettled) += 1;
        Self(Arc::clone(twins))
    }
}

impl Drop for Unsettled {
    fn drop(&mut self) {
        *lock(&self.0.unsettled) -= 1;
    }
}

/// The bookkeeping of one registry.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    known: Mutex<HashMap<String, Known>>,
    twins: Mutex<HashMap<Content, Arc<Twins>>>,
}

#[derive(Clone, Copy, Debug)]
enum Known {
    /// Created, adopted or asked for by id: someone's own.
    Owned,
    /// Seen in a list. A list may show a create whose own answer is still out.
    Listed(Instant),
}

impl Ledger {
    pub(super) fn own(&self, id: &str) {
        lock(&self.known).insert(id.to_owned(), Known::Owned);
    }

    pub(super) fn listed<'a>(&self, ids: impl Iterator<Item = &'a str>) {
        let mut known = lock(&self.known);
        for id in ids {
            if let Entry::Vacant(entry) = known.entry(id.to_owned()) {
                entry.insert(Known::Listed(Instant::now()));
            }
        }
    }

    /// Surely not the webhook that a create begun at that moment has made.
    pub(super) fn is_known(&self, id: &str, begun: Instant) -> bool {
        match lock(&self.known).get(id) {
            None => false,
            Some(Known::Owned) => true,
            Some(Known::Listed(at)) => *at < begun,
        }
    }

    /// The creates of that content; contents that no one is at any more are forgotten.
    pub(super) fn twins(&self, content: &Content) -> Arc<Twins> {
        let mut all = lock(&self.twins);
        all.retain(|_, twins| Arc::strong_count(twins) > 1);
        Arc::clone(all.entry(content.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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

    #[test]
    fn what_was_listed_during_a_create_may_be_its_own() {
        let ledger = Ledger::default();
        let before = Instant::now();
        ledger.own("mine");
        ledger.listed(["mine", "seen"].into_iter());
        let after = Instant::now() + Duration::from_millis(1);
        assert!(ledger.is_known("mine", before) && ledger.is_known("mine", after));
        assert!(!ledger.is_known("seen", before) && ledger.is_known("seen", after));
        assert!(!ledger.is_known("other", after));
    }

    #[test]
    fn twins_share_their_count_and_are_forgotten_after() {
        let ledger = Ledger::default();
        let content = Content::of_new(&new());
        let twins = ledger.twins(&content);
        let (one, two) = (
            Unsettled::of(&twins),
            Unsettled::of(&ledger.twins(&content)),
        );
        assert_eq!(twins.unsettled(), 2);
        drop(one);
        assert_eq!(ledger.twins(&content).unsettled(), 1);
        drop((two, twins));
        let other = NewWebhook {
            name: None,
            ..new()
        };
        ledger.twins(&Content::of_new(&other));
        assert_eq!(lock(&ledger.twins).len(), 1);
    }
}
