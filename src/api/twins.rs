//! What this process knows of its own creates where the server gives the keys: which objects are
//! surely not a lost one, and which identical creates are under way.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    sync::{Arc, Mutex},
};

use tokio::{sync::RwLock, time::Instant};

use crate::api::lock::lock;

/// Creates of one content. While a create is out, its maker holds a read lock; who settles holds
/// the write lock, so nothing alike is in flight then and settling is one at a time.
#[derive(Debug, Default)]
pub(in crate::api) struct Twins {
    pub(in crate::api) gate: RwLock<()>,
    unsettled: Mutex<usize>,
}

impl Twins {
    /// Lost creates of this content that are not settled yet.
    pub(in crate::api) fn unsettled(&self) -> usize {
        *lock(&self.unsettled)
    }
}

/// One lost create, from the loss until it is settled (or given up).
#[derive(Debug)]
pub(in crate::api) struct Unsettled(Arc<Twins>);

impl Unsettled {
    pub(in crate::api) fn of(twins: &Arc<Twins>) -> Self {
        *lock(&twins.unsettled) += 1;
        Self(Arc::clone(twins))
    }
}

impl Drop for Unsettled {
    fn drop(&mut self) {
        *lock(&self.0.unsettled) -= 1;
    }
}

/// The bookkeeping of objects of one kind with keys `K`, told by a content `C` while they have none.
#[derive(Debug)]
pub(in crate::api) struct Ledger<K, C> {
    known: Mutex<HashMap<K, Known>>,
    twins: Mutex<HashMap<C, Arc<Twins>>>,
}

#[derive(Clone, Copy, Debug)]
enum Known {
    /// Created, adopted or asked for by its key: someone's own.
    Owned,
    /// Seen in a list. A list may show a create whose own answer is still out.
    Listed(Instant),
}

impl<K, C> Default for Ledger<K, C> {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            twins: Mutex::default(),
        }
    }
}

impl<K: Clone + Eq + Hash, C: Clone + Eq + Hash> Ledger<K, C> {
    pub(in crate::api) fn own(&self, key: &K) {
        lock(&self.known).insert(key.clone(), Known::Owned);
    }

    pub(in crate::api) fn listed(&self, keys: impl Iterator<Item = K>) {
        let mut known = lock(&self.known);
        for key in keys {
            if let Entry::Vacant(entry) = known.entry(key) {
                entry.insert(Known::Listed(Instant::now()));
            }
        }
    }

    /// Surely not the object that a create begun at that moment has made.
    pub(in crate::api) fn is_known(&self, key: &K, begun: Instant) -> bool {
        match lock(&self.known).get(key) {
            None => false,
            Some(Known::Owned) => true,
            Some(Known::Listed(at)) => *at < begun,
        }
    }

    /// The creates of that content; contents that no one is at any more are forgotten.
    pub(in crate::api) fn twins(&self, content: &C) -> Arc<Twins> {
        let mut all = lock(&self.twins);
        all.retain(|_, twins| Arc::strong_count(twins) > 1);
        Arc::clone(all.entry(content.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    type OfNames = Ledger<String, &'static str>;

    #[test]
    fn what_was_listed_during_a_create_may_be_its_own() {
        let (ledger, before) = (OfNames::default(), Instant::now());
        let key = |key: &str| key.to_owned();
        ledger.own(&key("mine"));
        ledger.listed(["mine", "seen"].into_iter().map(key));
        let after = Instant::now() + Duration::from_millis(1);
        assert!(ledger.is_known(&key("mine"), before) && ledger.is_known(&key("mine"), after));
        assert!(!ledger.is_known(&key("seen"), before) && ledger.is_known(&key("seen"), after));
        assert!(!ledger.is_known(&key("other"), after));
    }

    #[test]
    fn twins_share_their_count_and_are_forgotten_after() {
        let ledger = OfNames::default();
        let twins = ledger.twins(&"alike");
        let (one, two) = (
            Unsettled::of(&twins),
            Unsettled::of(&ledger.twins(&"alike")),
        );
        assert_eq!(twins.unsettled(), 2);
        drop(one);
        assert_eq!(ledger.twins(&"alike").unsettled(), 1);
        drop((two, twins));
        ledger.twins(&"other");
        assert_eq!(lock(&ledger.twins).len(), 1);
    }
}
