//! Refreshes that share pages of the list. The first few ask for their object by its key, as a single
//! one should on any server; the many that follow look into a page that one of them fetches. What
//! no page shows is asked for by its key too, so a page never says that something is gone; and the
//! next page is only fetched once as much work was done beside the pages as it would take, or where
//! it was of use when the same list was last read.

use std::{
    collections::HashMap,
    hash::Hash,
    mem,
    sync::{Mutex, PoisonError},
};

use tokio::time::Instant;

use crate::api::{budget::Op, error::Error, page::Page};

/// How many one page shows: a server lists so many webhooks in about 0.13 s.
pub(in crate::api) const PAGE: usize = 500;
/// So many reads by key take a server about as long as one page.
const READS_PER_PAGE: usize = 32;
/// So many refreshes in a row are many; there, a page is worth its try.
const MANY: usize = 5;

/// What the refreshes of one kind of object share.
#[derive(Debug)]
pub(in crate::api) struct Refreshes<K, T> {
    row: Mutex<Row>,
    pages: tokio::sync::Mutex<Pages<K, T>>,
}

/// Refreshes that follow each other without much of a break.
#[derive(Debug, Default)]
struct Row {
    latest: Option<Instant>,
    count: usize,
}

/// The pages fetched one after the other, what each shows, and the reads that they could not serve.
#[derive(Debug)]
struct Pages<K, T> {
    begun: Option<Instant>,
    shown: HashMap<K, (usize, T)>,
    fetched: usize,
    next: Next,
    missed: usize,
    /// The last page that served a refresh; and the one that did when the list was read before.
    served: usize,
    served_before: usize,
}

#[derive(Debug)]
enum Next {
    First,
    With(String),
    None,
}

impl<K, T> Default for Refreshes<K, T> {
    fn default() -> Self {
        Self {
            row: Mutex::default(),
            pages: tokio::sync::Mutex::default(),
        }
    }
}

impl<K, T> Default for Pages<K, T> {
    fn default() -> Self {
        Self {
            begun: None,
            shown: HashMap::new(),
            fetched: 0,
            next: Next::First,
            missed: 0,
            served: 0,
            served_before: 0,
        }
    }
}

impl<K: Eq + Hash, T: Clone> Refreshes<K, T> {
    /// The object as a page shows it that was begun no earlier than `earliest`. `None`: ask for it
    /// by its key. A page that cannot be had is nobody's error.
    pub(in crate::api) async fn find<F>(
        &self,
        key: &K,
        earliest: Instant,
        op: &Op<'_>,
        key_of: fn(&T) -> K,
        fetch: impl FnOnce(Option<String>) -> F,
    ) -> Result<Option<T>, Error>
    where
        F: Future<Output = Result<Page<T>, Error>>,
    {
        if !self.are_many(op) {
            return Ok(None);
        }
        let mut pages = op.wait_for(self.pages.lock()).await?;
        pages.renew(earliest);
        if pages.lack(key) && pages.another_is_worth_it() {
            let page = fetch(pages.take_token());
            pages.add(page.await, key_of);
        }
        Ok(pages.serve(key))
    }

    /// Whether this refresh is one of many.
    fn are_many(&self, op: &Op<'_>) -> bool {
        let mut row = self.row.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if row.latest.is_none_or(|latest| now - latest > op.pace.age) {
            row.count = 0;
        }
        row.latest = Some(now);
        row.count += 1;
        row.count >= MANY
    }
}

impl<K: Eq + Hash, T> Pages<K, T> {
    fn renew(&mut self, earliest: Instant) {
        if self.begun.is_none_or(|begun| begun < earliest) {
            *self = Self {
                begun: Some(Instant::now()),
                served_before: self.served,
                ..Self::default()
            };
        }
    }

    /// Whether no page shows the object; then its read is counted.
    fn lack(&mut self, key: &K) -> bool {
        let lack = !self.shown.contains_key(key);
        self.missed += usize::from(lack);
        lack
    }

    fn another_is_worth_it(&self) -> bool {
        match self.next {
            Next::First => true,
            Next::With(_) => self.fetched < self.served_before || self.missed >= READS_PER_PAGE,
            Next::None => false,
        }
    }

    /// What to ask for the next page with. Until that is there, it is the last.
    fn take_token(&mut self) -> Option<String> {
        self.missed = 0;
        match mem::replace(&mut self.next, Next::None) {
            Next::With(token) => Some(token),
            Next::First | Next::None => None,
        }
    }

    fn add(&mut self, page: Result<Page<T>, Error>, key_of: fn(&T) -> K) {
        let Ok(Page { items, next }) = page else {
            return;
        };
        let new = items.into_iter();
        self.fetched += 1;
        let page = self.fetched;
        self.shown
            .extend(new.map(|item| (key_of(&item), (page, item))));
        self.next = next.map_or(Next::None, Next::With);
    }

    fn serve(&mut self, key: &K) -> Option<T>
    where
        T: Clone,
    {
        let (page, item) = self.shown.get(key)?;
        self.served = self.served.max(*page);
        Some(item.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::api::{budget::Pace, error::ErrorKind};

    type OfNumbers = Refreshes<String, String>;

    /// A registry that shows so many webhooks, and how many requests it was sent.
    struct Counted {
        webhooks: usize,
        pages: AtomicUsize,
        reads: AtomicUsize,
    }

    impl Counted {
        fn of(webhooks: usize) -> Self {
            Self {
                webhooks,
                pages: AtomicUsize::new(0),
                reads: AtomicUsize::new(0),
            }
        }

        async fn page(&self, token: Option<String>) -> Result<Page<String>, Error> {
            self.pages.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            let from: usize = token.map_or(0, |token| token.parse().unwrap());
            let to = self.webhooks.min(from + PAGE);
            let items = (from..to).map(|at| at.to_string()).collect();
            let next = (to < self.webhooks).then(|| to.to_string());
            Ok(Page { items, next })
        }

        /// Refreshes these one after the other; by id what no page shows.
        async fn refresh(&self, refreshes: &OfNumbers, wanted: impl Iterator<Item = usize>) {
            let (stop, pace) = (CancellationToken::new(), Pace::default());
            let op = Op::new(&stop, &pace, 0);
            let earliest = Instant::now();
            for id in wanted.map(|at| at.to_string()) {
                let find =
                    refreshes.find(&id, earliest, &op, Clone::clone, |token| self.page(token));
                match find.await.unwrap() {
                    Some(found) => assert_eq!(found, id),
                    None => drop(self.reads.fetch_add(1, Ordering::Relaxed)),
                }
            }
        }

        fn requests(&self) -> (usize, usize) {
            (
                self.pages.load(Ordering::Relaxed),
                self.reads.load(Ordering::Relaxed),
            )
        }
    }

    #[tokio::test]
    async fn many_cost_a_handful_and_a_few_cost_one_each() {
        for (registry, mine, pages, reads) in [
            (5_000, 1, 0, 1),
            (5_000, 4, 0, 4),
            (300, 300, 1, 4),
            (1_000, 1_000, 2, 4 + 31),
        ] {
            let counted = Counted::of(registry);
            counted.refresh(&OfNumbers::default(), 0..mine).await;
            assert_eq!(counted.requests(), (pages, reads), "{mine} of {registry}");
        }
    }

    #[tokio::test]
    async fn pages_that_show_none_of_the_wanted_cost_no_more_than_the_reads() {
        let counted = Counted::of(100_000);
        let old = 99_000..99_100;
        counted.refresh(&OfNumbers::default(), old).await;
        let (pages, reads) = counted.requests();
        assert_eq!(reads, 100);
        assert!(pages * READS_PER_PAGE <= reads + READS_PER_PAGE, "{pages}");
    }

    #[tokio::test]
    async fn pages_that_are_too_old_are_fetched_again() {
        let (counted, refreshes) = (Counted::of(300), OfNumbers::default());
        counted.refresh(&refreshes, 0..10).await;
        counted.refresh(&refreshes, 0..10).await;
        assert_eq!(counted.requests(), (2, 4));
    }

    #[tokio::test]
    async fn further_pages_that_were_of_use_are_fetched_at_once_when_the_list_is_read_again() {
        let (counted, refreshes) = (Counted::of(1_000), OfNumbers::default());
        counted.refresh(&refreshes, 0..1_000).await;
        assert_eq!(counted.requests(), (2, 4 + 31));
        counted.refresh(&refreshes, 0..1_000).await;
        assert_eq!(counted.requests(), (4, 4 + 31));
    }

    #[tokio::test]
    async fn a_page_that_fails_is_tried_once_and_fails_no_one() {
        let (stop, pace) = (CancellationToken::new(), Pace::default());
        let op = Op::new(&stop, &pace, 0);
        let (refreshes, tried) = (OfNumbers::default(), AtomicUsize::new(0));
        let (earliest, key) = (Instant::now(), "w".to_owned());
        for _ in 0..20 {
            let found = refreshes.find(&key, earliest, &op, Clone::clone, |_| async {
                tried.fetch_add(1, Ordering::Relaxed);
                Err(Error::new(ErrorKind::Server))
            });
            assert!(found.await.unwrap().is_none());
        }
        assert_eq!(tried.into_inner(), 1);
    }

    #[tokio::test]
    async fn after_a_break_a_few_are_few_again() {
        let (stop, pace) = (CancellationToken::new(), Pace::default());
        let hasty = Pace {
            age: Duration::ZERO,
            ..pace.clone()
        };
        let refreshes = OfNumbers::default();
        let row = |pace| (0..9).map(move |_| refreshes.are_many(&Op::new(&stop, pace, 0)));
        assert_eq!(row(&pace).filter(|many| *many).count(), 5);
        let refreshes = OfNumbers::default();
        let stop = CancellationToken::new();
        for _ in 0..9 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            assert!(!refreshes.are_many(&Op::new(&stop, &hasty, 0)));
        }
    }
}
