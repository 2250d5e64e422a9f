//! All that a list shows, though its pages shift while others write.

use std::{collections::BTreeSet, future::Future, marker::PhantomData};

use tokio_util::sync::CancellationToken;

use crate::api::{call::About, error::Error, object::Object, page::Listing, server::Server};

/// How long the pages of each pass are. As long as they may be at first; then of other lengths, so
/// that what stands where one pass turns the page stands within a page of the next. After these
/// passes, what they disagree about is asked for one by one.
const PAGES: [Option<usize>; 5] = [None, Some(877), Some(769), Some(661), Some(557)];

/// What can list things, though not reliably, and find one reliably.
pub(in crate::api) trait Source: Sync {
    type Item: Send;
    type Key: Ord + Send + Sync;
    type Error;

    fn key(item: &Self::Item) -> Self::Key;

    /// Whether a pass saw but half of it.
    fn is_half(_item: &Self::Item) -> bool {
        false
    }

    /// One pass over every page of this length: none twice, but one may be skipped.
    fn pass(
        &self,
        page: Option<usize>,
    ) -> impl Future<Output = Result<Listing<Self::Item>, Self::Error>> + Send;

    /// One of them, if it exists.
    fn find(
        &self,
        key: &Self::Key,
    ) -> impl Future<Output = Result<Option<Self::Item>, Self::Error>> + Send;
}

/// Everything that exists throughout, exactly once. Passes are repeated until nothing has vanished
/// between two, and the first met nothing twice. A single page is of one moment, and needs no second.
///
/// A deletion makes the rest of a list move up, so that the first of the next page is skipped. Who
/// was deleted had been seen by then, and is not seen by the next pass; or had been created during
/// the pass, and then moved one that was already seen onto a second page. So a pass that met
/// none twice, and of which the next one misses nothing, had skipped nothing.
///
/// What was seen by half is asked for one by one.
pub(in crate::api) async fn complete<S: Source>(source: &S) -> Result<Vec<S::Item>, S::Error> {
    let seen = all_seen(source).await?;
    let (halves, mut whole): (Vec<_>, Vec<_>) = seen.into_iter().partition(S::is_half);
    for half in &halves {
        whole.extend(source.find(&S::key(half)).await?);
    }
    Ok(whole)
}

async fn all_seen<S: Source>(source: &S) -> Result<Vec<S::Item>, S::Error> {
    let mut pass = source.pass(PAGES[0]).await?;
    if pass.pages == 1 {
        return Ok(pass.items);
    }
    let mut seen = BTreeSet::new();
    for page in &PAGES[1..] {
        let before = pass;
        pass = source.pass(*page).await?;
        if !before.overlaps && keys::<S>(&before).is_subset(&keys::<S>(&pass)) {
            return Ok(pass.items);
        }
        seen.extend(keys::<S>(&before));
    }
    let listed = keys::<S>(&pass);
    for key in seen.difference(&listed) {
        pass.items.extend(source.find(key).await?);
    }
    Ok(pass.items)
}

fn keys<S: Source>(pass: &Listing<S::Item>) -> BTreeSet<S::Key> {
    pass.items.iter().map(S::key).collect()
}

/// The longest page that MLflow's lists allow: fewer pages shift less.
pub(in crate::api) const LONGEST_PAGE: usize = 1000;

impl Server {
    /// All objects, over every page, none twice; one that exists throughout is there.
    ///
    /// # Errors
    /// Also when only one page cannot be read: a part is never passed off as the whole.
    pub async fn list<O: Object>(&self, stop: &CancellationToken) -> Result<Vec<O::Remote>, Error> {
        let all = All::<O> {
            server: self,
            stop,
            of: PhantomData,
        };
        let items = complete(&all).await?;
        if O::HAS_EQUALS {
            self.ledger::<O>().listed(items.iter().map(O::key));
        }
        Ok(items)
    }
}

/// All objects of a kind, as a source.
struct All<'a, O> {
    server: &'a Server,
    stop: &'a CancellationToken,
    of: PhantomData<fn(O)>,
}

impl<O: Object> Source for All<'_, O> {
    type Item = O::Remote;
    type Key = O::Key;
    type Error = Error;

    fn key(item: &O::Remote) -> O::Key {
        O::key(item)
    }

    fn is_half(listed: &O::Remote) -> bool {
        O::is_half(listed)
    }

    async fn pass(&self, page: Option<usize>) -> Result<Listing<O::Remote>, Error> {
        let size = page.unwrap_or(LONGEST_PAGE);
        let page = |token: Option<&str>| O::page(size, token);
        let listed = self
            .server
            .pages(page, O::key, &self.server.op(self.stop))
            .await;
        listed.map_err(|error| self.server.failed(error, &About::all(O::area())))
    }

    async fn find(&self, key: &O::Key) -> Result<Option<O::Remote>, Error> {
        match self.server.get::<O>(key, self.stop).await {
            Ok(found) => Ok(Some(found)),
            Err(gone) if gone.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::VecDeque, sync::Mutex};

    use super::*;

    /// Each pass sees what its line of the script says, and `+` at its beginning that one was seen
    /// twice; after the last line, the last one again.
    struct Script {
        passes: Mutex<VecDeque<&'static str>>,
        exist: &'static str,
        asked: Mutex<String>,
        listed: Mutex<usize>,
        pages: usize,
    }

    impl Script {
        fn new(passes: &[&'static str], exist: &'static str) -> Self {
            Self {
                passes: Mutex::new(passes.iter().copied().collect()),
                exist,
                asked: Mutex::default(),
                listed: Mutex::default(),
                pages: 2,
            }
        }

        fn run(&self) -> Result<String, &'static str> {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.build().unwrap();
            let mut found = runtime.block_on(complete(self))?;
            found.sort_unstable();
            Ok(found.into_iter().collect())
        }
    }

    impl Source for Script {
        type Item = char;
        type Key = char;
        type Error = &'static str;

        /// A capital is half of its letter.
        fn key(item: &char) -> char {
            item.to_ascii_lowercase()
        }

        fn is_half(item: &char) -> bool {
            item.is_ascii_uppercase()
        }

        async fn pass(&self, page: Option<usize>) -> Result<Listing<char>, &'static str> {
            let mut listed = self.listed.lock().unwrap();
            assert_eq!(page, PAGES[*listed]);
            *listed += 1;
            let mut passes = self.passes.lock().unwrap();
            let pass = match passes.len() {
                1 => passes[0],
                _ => passes.pop_front().unwrap(),
            };
            if pass == "!" {
                return Err("unreadable");
            }
            let seen = pass.trim_start_matches('+').chars();
            Ok(Listing {
                items: seen.collect(),
                overlaps: pass.starts_with('+'),
                pages: self.pages,
                clock: None,
            })
        }

        async fn find(&self, key: &char) -> Result<Option<char>, &'static str> {
            self.asked.lock().unwrap().push(*key);
            Ok(self.exist.contains(*key).then_some(*key))
        }
    }

    #[test]
    fn passes_repeat_until_two_agree() {
        for (passes, found, listed) in [
            (&["abc"][..], "abc", 2),
            (&[""], "", 2),
            // Created between the passes.
            (&["abc", "abcd"], "abcd", 2),
            // x was deleted during the first pass, which therefore skipped b.
            (&["xac", "abc"], "abc", 3),
            // The same again during the second.
            (&["xac", "yab", "abc"], "abc", 4),
            // Created and deleted during the first pass, which never saw it and skipped b; the
            // second the same.
            (&["+ac", "+ac", "abc"], "abc", 4),
            // Only the first pass has to be whole for the second to be.
            (&["abc", "+abc"], "abc", 2),
        ] {
            let script = Script::new(passes, "");
            assert_eq!(script.run(), Ok(found.to_owned()), "{passes:?}");
            assert_eq!(*script.listed.lock().unwrap(), listed, "{passes:?}");
            assert!(script.asked.lock().unwrap().is_empty(), "{passes:?}");
        }
    }

    #[test]
    fn what_endless_change_leaves_open_is_asked_for_one_by_one() {
        let passes = ["vabc", "wacd", "xbcd", "yabd", "zabc", "never"];
        let script = Script::new(&passes, "abcd");
        assert_eq!(script.run(), Ok("abcdz".to_owned()));
        assert_eq!(*script.listed.lock().unwrap(), PAGES.len());
        assert_eq!(*script.asked.lock().unwrap(), "dvwxy");
    }

    #[test]
    fn what_was_seen_by_half_is_asked_for() {
        let script = Script::new(&["aBCd"], "abd");
        assert_eq!(script.run(), Ok("abd".to_owned()));
        assert_eq!(*script.asked.lock().unwrap(), "bc");
    }

    #[test]
    fn a_pass_that_fails_fails_the_whole() {
        assert_eq!(Script::new(&["abc", "!"], "").run(), Err("unreadable"));
    }

    #[test]
    fn a_single_page_needs_no_second_pass() {
        let script = Script {
            pages: 1,
            ..Script::new(&["+abc", "never"], "")
        };
        assert_eq!(script.run(), Ok("abc".to_owned()));
        assert_eq!(*script.listed.lock().unwrap(), 1);
    }
}
