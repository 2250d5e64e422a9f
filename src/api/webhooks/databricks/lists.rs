//! Reads that share lists: whoever reads gets a list that was begun after it asked, and all that
//! asked before the same list began get that one. A refresh may be content with what a list showed
//! shortly before.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::time::Instant;

use crate::api::{
    budget::Op,
    error::{Error, ErrorKind},
    lock::lock,
    page::Listing,
    webhooks::model::Webhook,
};

/// So many models must be asked for at once before the list of all of them is tried.
const MANY_MODELS: usize = 4;

/// What a list is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    /// Every webhook of the workspace; for its admins.
    All,
    /// The webhooks of one model.
    Model(String),
}

impl Scope {
    pub(super) fn model(&self) -> Option<&str> {
        match self {
            Self::All => None,
            Self::Model(name) => Some(name),
        }
    }
}

/// The lists that reads are waiting for.
#[derive(Debug, Default)]
pub(super) struct Lists {
    slots: Mutex<HashMap<Scope, Arc<Slot>>>,
    /// The models that are being read, and how many reads of each there are.
    models: Mutex<HashMap<String, usize>>,
    /// Each webhook as the latest list showed it, and when that list was begun.
    shown: Mutex<HashMap<String, (Instant, Webhook)>>,
    denied: AtomicBool,
    pages_of_all: AtomicUsize,
}

/// One list at a time: who holds the lock makes the next one.
type Slot = tokio::sync::Mutex<Option<Latest>>;

#[derive(Debug)]
struct Latest {
    begun: Instant,
    outcome: Result<Arc<Listing<Webhook>>, Error>,
}

impl Lists {
    /// A list begun no earlier than `asked`; made with `list` unless one is there.
    pub(super) async fn since<F>(
        &self,
        asked: Instant,
        scope: Scope,
        op: &Op<'_>,
        list: impl FnOnce() -> F,
    ) -> Result<Arc<Listing<Webhook>>, Error>
    where
        F: Future<Output = Result<Listing<Webhook>, Error>>,
    {
        let slot = self.slot(&scope);
        let mut latest = op.wait_for(slot.lock()).await?;
        if let Some(latest) = latest.as_ref().filter(|latest| latest.begun >= asked) {
            return latest.outcome.clone();
        }
        let begun = Instant::now();
        let outcome = list().await.map(Arc::new);
        if let Ok(listing) = &outcome {
            self.show(begun, listing);
            if scope == Scope::All {
                self.pages_of_all.store(listing.pages, Ordering::Relaxed);
            }
        }
        *latest = is_for_all(&outcome).then(|| Latest {
            begun,
            outcome: outcome.clone(),
        });
        outcome
    }

    /// The webhook as a list showed it that was begun no earlier than `earliest`. That none did says
    /// nothing.
    pub(super) fn shown(&self, id: &str, earliest: Instant) -> Option<Webhook> {
        let shown = lock(&self.shown);
        let (begun, webhook) = shown.get(id)?;
        (*begun >= earliest).then(|| webhook.clone())
    }

    fn show(&self, begun: Instant, listing: &Listing<Webhook>) {
        let webhooks = listing.items.iter();
        let shown = webhooks.map(|webhook| (webhook.id.clone(), (begun, webhook.clone())));
        lock(&self.shown).extend(shown);
    }

    /// Notes a read of a model's webhook, for as long as the answer lives.
    pub(super) fn interest(&self, model: Option<&str>) -> Option<Interest<'_>> {
        let model = model?.to_owned();
        *lock(&self.models).entry(model.clone()).or_default() += 1;
        Some(Interest { lists: self, model })
    }

    /// Whether one list of everything is shorter work than a list for each model that is read now.
    pub(super) fn all_is_worth_it(&self) -> bool {
        let models = lock(&self.models).len();
        !self.denied.load(Ordering::Relaxed)
            && models >= MANY_MODELS
            && models >= self.pages_of_all.load(Ordering::Relaxed)
    }

    /// These credentials may only list the webhooks of single models.
    pub(super) fn all_is_denied(&self) {
        self.denied.store(true, Ordering::Relaxed);
    }

    /// Lists that no one waits for any more are forgotten.
    fn slot(&self, scope: &Scope) -> Arc<Slot> {
        let mut slots = lock(&self.slots);
        slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        Arc::clone(slots.entry(scope.clone()).or_default())
    }
}

/// One reader's own end is not that of the others.
fn is_for_all(outcome: &Result<Arc<Listing<Webhook>>, Error>) -> bool {
    let own = |error: &Error| matches!(error.kind(), ErrorKind::Stopped | ErrorKind::TimedOut);
    !outcome.as_ref().is_err_and(own)
}

/// A read that is under way.
#[derive(Debug)]
pub(super) struct Interest<'a> {
    lists: &'a Lists,
    model: String,
}

impl Drop for Interest<'_> {
    fn drop(&mut self) {
        let mut models = lock(&self.lists.models);
        if let Some(reads) = models.get_mut(&self.model) {
            *reads -= 1;
            if *reads == 0 {
                models.remove(&self.model);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::api::budget::Pace;

    /// Makes lists of which the pages say the how many-th they are; each takes a while.
    #[derive(Default)]
    struct Counted(AtomicUsize);

    impl Counted {
        async fn list(&self) -> Result<Listing<Webhook>, Error> {
            let pages = self.0.fetch_add(1, Ordering::Relaxed) + 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(Listing {
                pages,
                ..Listing::default()
            })
        }
    }

    #[tokio::test]
    async fn a_read_never_gets_a_list_begun_before_it_asked() {
        let (stop, pace, counted) = (
            CancellationToken::new(),
            Pace::default(),
            Counted::default(),
        );
        let op = Op::new(&stop, &pace, 0);
        let lists = Lists::default();
        let read = || async {
            let asked = Instant::now();
            let list = lists.since(asked, Scope::All, &op, || counted.list());
            list.await.unwrap().pages
        };
        let late = async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            tokio::join!(read(), read(), read())
        };
        let (first, late) = tokio::join!(read(), late);
        assert_eq!((first, late), (1, (2, 2, 2)));
        assert_eq!(read().await, 3);
    }

    #[tokio::test]
    async fn a_refusal_is_shared_and_a_readers_own_end_is_not() {
        for (kind, lists_made) in [(ErrorKind::PermissionDenied, 1), (ErrorKind::Stopped, 3)] {
            let (stop, pace, made) = (
                CancellationToken::new(),
                Pace::default(),
                AtomicUsize::new(0),
            );
            let op = Op::new(&stop, &pace, 0);
            let lists = Lists::default();
            let asked = Instant::now();
            let read = || {
                lists.since(asked, Scope::All, &op, || async {
                    made.fetch_add(1, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                    Err(Error::new(kind.clone()))
                })
            };
            let outcomes = tokio::join!(read(), read(), read());
            assert_eq!(*outcomes.2.unwrap_err().kind(), kind);
            assert_eq!(made.into_inner(), lists_made, "{kind:?}");
        }
    }

    #[test]
    fn all_is_listed_when_many_models_are_read_at_once_and_it_is_short_and_allowed() {
        let lists = Lists::default();
        let models = ["a", "b", "b", "c", "d"].map(Some);
        let mut reads: Vec<_> = models.map(|model| lists.interest(model)).into();
        assert!(lists.all_is_worth_it());
        lists.pages_of_all.store(5, Ordering::Relaxed);
        assert!(!lists.all_is_worth_it());
        lists.pages_of_all.store(4, Ordering::Relaxed);
        assert!(lists.all_is_worth_it());
        reads.pop();
        assert!(!lists.all_is_worth_it());
        reads.push(lists.interest(Some("e")));
        lists.all_is_denied();
        assert!(!lists.all_is_worth_it());
        drop(reads);
        assert!(lock(&lists.models).is_empty());
    }
}
