//! Refreshes that share pages of the list. The first few ask for their object by its key, as a single
//! one should on any server; the many that follow look into a page that one of them fetches. What
//! no page shows is asked for by its key too, so a page never says that something is gone; and the
//! next page is only fetched once the pages, it included, take no more work than reading each object
//! by its key would have taken, or where it was of use when the same list was last read.

use std::{collections::HashMap, hash::Hash, mem, sync::Mutex};

use tokio::time::Instant;

use crate::api::{budget::Op, error::Error, lock::lock, page::Page};

/// How many one page shows: a server lists so many webhooks in about 0.13 s.
pub(in crate::api) const PAGE: usize = 500;
/// So many rows of a page take a server about as long as one read by key.
const ROWS_PER_READ: usize = 16;
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

/// The pages fetched one after the other, what each shows, and what they are weighed by.
#[derive(Debug)]
struct Pages<K, T> {
    begun: Option<Instant>,
    shown: HashMap<K, (usize, T)>,
    fetched: usize,
    next: Next,
    /// The refreshes that looked into the pages.
    asked: usize,
    /// The reads that all pages took the work of, and the latest of them.
    all_took: usize,
    latest_took: usize,
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
            asked: 0,
            all_took: 0,
            latest_took: 0,
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
        pages.asked += 1;
        if !pages.shown.contains_key(key) && pages.another_is_worth_it() {
            let page = fetch(pages.take_token());
            pages.add(page.await, key_of);
        }
        Ok(pages.serve(key))
    }

    /// Whether this refresh is one of many.
    fn are_many(&self, op: &Op<'_>) -> bool {
        let mut row = lock(&self.row);
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

    fn another_is_worth_it(&self) -> bool {
        match self.next {
            Next::First => true,
            Next::With(_) => {
                self.fetched < self.served_before || self.all_took + self.latest_took <= self.asked
            }
            Next::None => false,
        }
    }

    /// What to ask for the next page with. Until that is there, it is the last.
    fn take_token(&mut self) -> Option<String> {
        match mem::replace(&mut self.next, Next::None) {
            Next::With(token) => Some(token),
            Next::First | Next::None => None,
        }
    }

    fn add(&mut self, page: Result<Page<T>, Error>, key_of: fn(&T) -> K) {
        let Ok(Page { items, next }) = page else {
            return;
        };
        self.fetched += 1;
        self.latest_took = items.len().div_ceil(ROWS_PER_READ).max(1);
        self.all_took += self.latest_took;
        let (page, new) = (self.fetched, items.into_iter());
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

    /// A registry that shows so many webhooks, so many a page, and how many requests it was sent.
    struct Counted {
        webhooks: usize,
        page: usize,
        pages: AtomicUsize,
        reads: AtomicUsize,
    }

    impl Counted {
        fn of(webhooks: usize) -> Self {
            Self {
                webhooks,
                page: PAGE,
                pages: AtomicUsize::new(0),
                reads: AtomicUsize::new(0),
            }
        }

        async fn page(&self, token: Option<String>) -> Result<Page<String>, Error> {
            self.pages.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            let from: usize = token.map_or(0, |token| token.parse().unwrap());
            let to = self.webhooks.min(from + self.page);
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
            (1_000, 1_000, 2, 4),
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
        assert!(pages * PAGE / ROWS_PER_READ <= reads, "{pages}");
    }

    #[tokio::test]
    async fn the_smaller_the_pages_the_sooner_the_next() {
        let counted = Counted {
            page: 125,
            ..Counted::of(300)
        };
        // As a host walks: from all over the list.
        let scattered = (0..300).map(|at| at * 211 % 300);
        counted.refresh(&OfNumbers::default(), scattered).await;
        let (pages, reads) = counted.requests();
        assert_eq!(pages, 3);
        assert!(reads <= 4 + 16, "{reads}");
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
        let mine = || (900..1_000).chain(0..900);
        counted.refresh(&refreshes, mine()).await;
        let (pages, reads) = counted.requests();
        assert!(pages == 2 && reads > 32, "{reads}");
        counted.refresh(&refreshes, mine()).await;
        // A refresh fetches one page, so the first of them is not shown its object.
        assert_eq!(counted.requests(), (4, reads + 1));
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
