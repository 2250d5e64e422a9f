//! All webhooks of a registry, though its pages shift while others write. Start at [`all`].

use std::{collections::BTreeSet, future::Future};

use tokio_util::sync::CancellationToken;

use crate::api::{Error, ListFilter, Pass, Registry, Webhook, WebhookRef};

/// How long the pages of each pass are. As long as they may be at first; then of other lengths, so
/// that what stands where one pass turns the page stands within a page of the next. After these
/// passes, what they disagree about is asked for one by one.
const PAGES: [Option<usize>; 5] = [None, Some(877), Some(769), Some(661), Some(557)];

/// Every webhook that exists throughout, exactly once, ordered by name, then id; those of one model
/// if one is given, which then need a right on that model only.
///
/// # Errors
/// When the registry cannot be read; a part is never passed off as the whole.
pub(in crate::provider) async fn all(
    registry: &Registry,
    model_name: Option<&str>,
    stop: &CancellationToken,
) -> Result<Vec<Webhook>, Error> {
    let filter = ListFilter {
        model_name: model_name.map(str::to_owned),
        ..ListFilter::default()
    };
    let listed = Listed {
        registry,
        filter,
        stop,
    };
    let mut webhooks = complete(&listed).await?;
    sort(&mut webhooks);
    Ok(webhooks)
}

/// What can list webhooks, though not reliably, and find one reliably.
trait Source: Sync {
    type Error;

    /// One pass over every page of this length: none twice, but one may be skipped.
    fn list(&self, page: Option<usize>) -> impl Future<Output = Result<Pass, Self::Error>> + Send;

    /// One webhook, if it exists.
    fn find(&self, id: &str) -> impl Future<Output = Result<Option<Webhook>, Self::Error>> + Send;
}

/// Repeats passes until nothing has vanished between two, and the first met nothing twice.
///
/// A deletion makes the rest of a list move up, so that the first of the next page is skipped. Who
/// was deleted had been seen by then, and is not seen by the next pass; or had been created during
/// the pass, and then moved a webhook that was already seen onto a second page. So a pass that met
/// none twice, and of which the next one misses nothing, had skipped nothing.
async fn complete<S: Source>(source: &S) -> Result<Vec<Webhook>, S::Error> {
    let mut pass = source.list(PAGES[0]).await?;
    let mut seen = BTreeSet::new();
    for page in &PAGES[1..] {
        let before = pass;
        pass = source.list(*page).await?;
        if !before.overlaps && ids(&before.webhooks).is_subset(&ids(&pass.webhooks)) {
            return Ok(pass.webhooks);
        }
        seen.extend(ids(&before.webhooks));
    }
    let listed = ids(&pass.webhooks);
    for id in seen.difference(&listed) {
        pass.webhooks.extend(source.find(id).await?);
    }
    Ok(pass.webhooks)
}

fn ids(webhooks: &[Webhook]) -> BTreeSet<String> {
    webhooks.iter().map(|it| it.id.clone()).collect()
}

fn sort(webhooks: &mut [Webhook]) {
    webhooks.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
}

/// The registry as a source.
struct Listed<'a> {
    registry: &'a Registry,
    filter: ListFilter,
    stop: &'a CancellationToken,
}

impl Source for Listed<'_> {
    type Error = Error;

    async fn list(&self, page: Option<usize>) -> Result<Pass, Error> {
        self.registry.pass(&self.filter, page, self.stop).await
    }

    async fn find(&self, id: &str) -> Result<Option<Webhook>, Error> {
        let meant = WebhookRef {
            model_name: self.filter.model_name.as_deref(),
            ..WebhookRef::from(id)
        };
        match self.registry.get(meant, self.stop).await {
            Ok(webhook) => Ok(Some(webhook)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::VecDeque, sync::Mutex};

    use super::*;
    use crate::api::{Status, Target};

    fn webhook(id: &str, name: Option<&str>) -> Webhook {
        Webhook {
            id: id.to_owned(),
            name: name.map(str::to_owned),
            model_name: None,
            events: BTreeSet::new(),
            other_events: BTreeSet::new(),
            description: None,
            status: Status::Active,
            creation_timestamp: 0,
            last_updated_timestamp: 0,
            target: Target::Http {
                url: "https://ci.example.com".to_owned(),
                enable_ssl_verification: true,
            },
        }
    }

    /// Each pass sees what its line of the script says, and `+` at its beginning that one was seen
    /// twice; after the last line, the last one again.
    struct Script {
        passes: Mutex<VecDeque<&'static str>>,
        exist: &'static str,
        asked: Mutex<Vec<String>>,
        listed: Mutex<usize>,
    }

    impl Script {
        fn new(passes: &[&'static str], exist: &'static str) -> Self {
            Self {
                passes: Mutex::new(passes.iter().copied().collect()),
                exist,
                asked: Mutex::default(),
                listed: Mutex::default(),
            }
        }

        fn run(&self) -> Result<String, &'static str> {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.build().unwrap();
            let found = runtime.block_on(complete(self))?;
            let mut ids: Vec<_> = found.into_iter().map(|it| it.id).collect();
            ids.sort();
            Ok(ids.concat())
        }
    }

    impl Source for Script {
        type Error = &'static str;

        async fn list(&self, page: Option<usize>) -> Result<Pass, &'static str> {
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
            Ok(Pass {
                webhooks: seen.map(|it| webhook(&it.to_string(), None)).collect(),
                overlaps: pass.starts_with('+'),
            })
        }

        async fn find(&self, id: &str) -> Result<Option<Webhook>, &'static str> {
            self.asked.lock().unwrap().push(id.to_owned());
            Ok(self.exist.contains(id).then(|| webhook(id, None)))
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
        assert_eq!(script.asked.lock().unwrap().concat(), "dvwxy");
    }

    #[test]
    fn a_pass_that_fails_fails_the_whole() {
        assert_eq!(Script::new(&["abc", "!"], "").run(), Err("unreadable"));
    }

    #[test]
    fn the_order_is_by_name_then_id() {
        let mut all = vec![
            webhook("3", Some("b")),
            webhook("2", Some("b")),
            webhook("9", Some("a")),
            webhook("1", None),
        ];
        sort(&mut all);
        let ids: Vec<_> = all.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["1", "9", "2", "3"]);
    }
}
