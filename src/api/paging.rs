//! A list over its pages: read to its end or not at all.

use std::collections::HashSet;

use super::backend::{Clock, Listing};
use super::error::{Error, ErrorKind};
use super::http::Response;
use super::model::Webhook;

/// More pages than any registry has: a server that never ends its list must not be read for ever,
/// nor fill the memory.
const MOST_PAGES: usize = 1000;

/// One page of a list.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) webhooks: Vec<Webhook>,
    /// The token of the next page; never empty.
    pub(super) next: Option<String>,
}

/// The pages of a list so far.
#[derive(Debug, Default)]
pub(super) struct Pages {
    listing: Listing,
    ids: HashSet<String>,
    tokens: HashSet<String>,
    next: Option<String>,
}

impl Pages {
    /// The token to ask for the next page with; none at first.
    pub(super) fn token(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Adds a page; `true`: it was the last. Pages may be empty and still have a successor.
    pub(super) fn add(&mut self, page: Page, answer: &Response) -> Result<bool, Error> {
        for webhook in page.webhooks {
            if self.ids.insert(webhook.id.clone()) {
                self.listing.webhooks.push(webhook);
            } else {
                self.listing.overlaps = true;
            }
        }
        self.listing.pages += 1;
        self.listing.clock = self.listing.clock.or_else(|| clock(answer));
        self.next = page.next;
        let Some(token) = &self.next else {
            return Ok(true);
        };
        if self.tokens.len() >= MOST_PAGES || !self.tokens.insert(token.clone()) {
            return Err(
                Error::new(ErrorKind::NotMlflow).with_message("the list of webhooks does not end")
            );
        }
        Ok(false)
    }

    /// All of it, once the last page is in.
    pub(super) fn whole(self) -> Listing {
        self.listing
    }
}

fn clock(answer: &Response) -> Option<Clock> {
    answer.date.map(|server| Clock {
        server,
        ours: answer.received,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model::{Status, Target};

    fn page(next: Option<&str>) -> Page {
        Page {
            webhooks: Vec::new(),
            next: next.map(str::to_owned),
        }
    }

    fn webhook(id: &str) -> Webhook {
        Webhook {
            id: id.to_owned(),
            name: None,
            model_name: None,
            events: Default::default(),
            other_events: Default::default(),
            description: None,
            status: Status::Active,
            creation_timestamp: 0,
            last_updated_timestamp: 0,
            target: Target::Job {
                job_id: "7".to_owned(),
                workspace_url: None,
            },
        }
    }

    #[test]
    fn empty_pages_are_followed_to_the_end() {
        let answer = Response::for_test(200, "");
        let mut pages = Pages::default();
        for (next, last) in [(Some("a"), false), (Some("b"), false), (None, true)] {
            assert_eq!(pages.add(page(next), &answer).unwrap(), last);
            assert_eq!(pages.token(), next);
        }
        assert_eq!(pages.whole().pages, 3);
    }

    #[test]
    fn what_stands_on_two_pages_is_there_once_and_told() {
        let answer = Response::for_test(200, "");
        for (second, overlaps) in [(["c", "d"], false), (["b", "c"], true)] {
            let mut pages = Pages::default();
            for (ids, next) in [(["a", "b"], Some("t")), (second, None)] {
                let webhooks = ids.map(webhook).into();
                let next = next.map(str::to_owned);
                pages.add(Page { webhooks, next }, &answer).unwrap();
            }
            let whole = pages.whole();
            assert_eq!(whole.overlaps, overlaps);
            assert_eq!(whole.webhooks.len(), if overlaps { 3 } else { 4 });
        }
    }

    #[test]
    fn a_list_that_goes_round_or_on_for_ever_is_an_error() {
        let answer = Response::for_test(200, "");
        let mut round = Pages::default();
        for token in ["a", "b"] {
            round.add(page(Some(token)), &answer).unwrap();
        }
        assert!(round.add(page(Some("a")), &answer).is_err());
        let mut pages = Pages::default();
        let endless = |i: usize| pages.add(page(Some(&i.to_string())), &answer).is_err();
        assert_eq!((0..=MOST_PAGES).position(endless), Some(MOST_PAGES));
    }
}
