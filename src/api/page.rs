//! A list over its pages: read to its end or not at all.

use std::{
    collections::HashSet,
    hash::Hash,
    time::{Duration, SystemTime},
};

use tokio::time::Instant;

use crate::api::{
    error::{Error, ErrorKind},
    http::Response,
};

/// More pages than any server has: one that never ends its list must not be read for ever, nor fill
/// the memory.
const MOST_PAGES: usize = 1000;

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What it shows.
    pub items: Vec<T>,
    /// The token of the next page; never empty.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page with the token of the next one as servers give it: an empty one is none.
    pub(in crate::api) fn new(items: Vec<T>, next: Option<String>) -> Self {
        let next = next.filter(|token| !token.is_empty());
        Self { items, next }
    }
}

/// All that was asked for, and the server's clock when it began to list.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    /// What was listed, none twice.
    pub items: Vec<T>,
    pub(in crate::api) clock: Option<Clock>,
    pub(in crate::api) pages: usize,
    /// One was on two pages: the pages shifted on the way, or their order is not one. Then another
    /// may be on none.
    pub overlaps: bool,
}

/// The server's clock (whole seconds) at a moment of ours.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) struct Clock {
    pub(in crate::api) server: SystemTime,
    pub(in crate::api) ours: Instant,
}

impl Clock {
    /// The clock by which an answer is dated.
    pub(in crate::api) fn of(answer: &Response) -> Option<Self> {
        answer.date.map(|server| Self {
            server,
            ours: answer.received,
        })
    }

    /// The same moment by this clock or by one that was read before, whichever is later. A busy server
    /// dates its answers too early, by seconds (uvicorn sets its clock at every tenth turn of its loop),
    /// and none dates them too late.
    pub(in crate::api) fn or_later(self, before: Self) -> Self {
        let passed = self.ours.saturating_duration_since(before.ours);
        let server = before.server.checked_add(passed).unwrap_or(self.server);
        Self {
            server: self.server.max(server),
            ..self
        }
    }

    /// The server's time, in Unix milliseconds, no later than it was at a moment of ours. Both
    /// clocks only have to run at the same speed.
    pub(in crate::api) fn at(&self, moment: Instant) -> i64 {
        let elapsed = self.ours.saturating_duration_since(moment);
        let then = self
            .server
            .checked_sub(elapsed)
            .unwrap_or(SystemTime::UNIX_EPOCH);
        let since = then
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            clock: None,
            pages: 0,
            overlaps: false,
        }
    }
}

/// The pages of a list so far.
#[derive(Debug)]
pub(in crate::api) struct Pages<T, K> {
    listing: Listing<T>,
    key: fn(&T) -> K,
    keys: HashSet<K>,
    tokens: HashSet<String>,
    next: Option<String>,
}

impl<T, K: Eq + Hash> Pages<T, K> {
    /// None yet. `key` is what tells the listed from each other.
    pub(in crate::api) fn new(key: fn(&T) -> K) -> Self {
        Self {
            listing: Listing::default(),
            key,
            keys: HashSet::new(),
            tokens: HashSet::new(),
            next: None,
        }
    }

    /// The token to ask for the next page with; none at first.
    pub(in crate::api) fn token(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Adds a page; `true`: it was the last. Pages may be empty and still have a successor.
    pub(in crate::api) fn add(
        &mut self,
        page: Page<T>,
        clock: Option<Clock>,
    ) -> Result<bool, Error> {
        for item in page.items {
            if self.keys.insert((self.key)(&item)) {
                self.listing.items.push(item);
            } else {
                self.listing.overlaps = true;
            }
        }
        self.listing.pages += 1;
        self.listing.clock = self.listing.clock.or(clock);
        self.next = page.next;
        let Some(token) = &self.next else {
            return Ok(true);
        };
        if self.tokens.len() >= MOST_PAGES || !self.tokens.insert(token.clone()) {
            return Err(Error::new(ErrorKind::ForeignAnswer).with_message("the list does not end"));
        }
        Ok(false)
    }

    /// All of it, once the last page is in.
    pub(in crate::api) fn whole(self) -> Listing<T> {
        self.listing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[&'static str], next: Option<&str>) -> Page<&'static str> {
        Page {
            items: items.to_vec(),
            next: next.map(str::to_owned),
        }
    }

    fn pages() -> Pages<&'static str, String> {
        Pages::new(|item| (*item).to_owned())
    }

    #[test]
    fn empty_pages_are_followed_to_the_end() {
        let mut pages = pages();
        for (next, last) in [(Some("a"), false), (Some("b"), false), (None, true)] {
            assert_eq!(pages.add(page(&[], next), None).unwrap(), last);
            assert_eq!(pages.token(), next);
        }
        assert_eq!(pages.whole().pages, 3);
    }

    /// A server that is busy dates an answer ten seconds too early; the one before was dated well.
    #[test]
    fn a_date_that_lags_does_not_set_the_clock_back() {
        let (noon, now) = (
            SystemTime::UNIX_EPOCH + Duration::from_hours(12),
            Instant::now(),
        );
        let read = |late: u64, dated: u64| Clock {
            server: noon + Duration::from_secs(dated),
            ours: now + Duration::from_secs(late),
        };
        let seconds = |clock: Clock| clock.server.duration_since(noon).unwrap().as_secs();
        let lagging = read(20, 10).or_later(read(0, 0));
        assert_eq!((seconds(lagging), lagging.ours), (20, read(20, 0).ours));
        assert_eq!(seconds(read(20, 21).or_later(read(0, 0))), 21);
    }

    #[test]
    fn what_stands_on_two_pages_is_there_once_and_told() {
        for (second, overlaps) in [(["c", "d"], false), (["b", "c"], true)] {
            let mut pages = pages();
            pages.add(page(&["a", "b"], Some("t")), None).unwrap();
            pages.add(page(&second, None), None).unwrap();
            let whole = pages.whole();
            assert_eq!(whole.overlaps, overlaps);
            assert_eq!(whole.items.len(), if overlaps { 3 } else { 4 });
        }
    }

    #[test]
    fn a_list_that_goes_round_or_on_for_ever_is_an_error() {
        let mut round = pages();
        for token in ["a", "b"] {
            round.add(page(&[], Some(token)), None).unwrap();
        }
        assert!(round.add(page(&[], Some("a")), None).is_err());
        let mut pages = pages();
        let endless = |i: usize| pages.add(page(&[], Some(&i.to_string())), None).is_err();
        assert_eq!((0..=MOST_PAGES).position(endless), Some(MOST_PAGES));
    }
}
