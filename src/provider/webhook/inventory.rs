//! All webhooks of a registry, though its pages shift while others write. Start at [`all`].

use std::{collections::BTreeSet, future::Future};

use tokio_util::sync::CancellationToken;

use crate::registry::{Error, Registry, Webhook};

/// Passes over the list before what they disagree about is asked for one by one.
const MOST_PASSES: usize = 5;

/// Every webhook that exists throughout, exactly once, ordered by name, then id.
///
/// # Errors
/// When the registry cannot be read; a part is never passed off as the whole.
pub(in crate::provider) async fn all(
    registry: &Registry,
    stop: &CancellationToken,
) -> Result<Vec<Webhook>, Error> {
    let mut webhooks = complete(&Listed { registry, stop }).await?;
    sort(&mut webhooks);
    Ok(webhooks)
}

/// What can list webhooks, though not reliably, and find one reliably.
trait Source: Sync {
    type Error;

    /// One pass over every page: none twice, but one may be skipped.
    fn list(&self) -> impl Future<Output = Result<Vec<Webhook>, Self::Error>> + Send;

    /// One webhook, if it exists.
    fn find(&self, id: &str) -> impl Future<Output = Result<Option<Webhook>, Self::Error>> + Send;
}

/// Repeats passes until nothing has vanished between two.
///
/// A deletion makes the rest of a list move up, so that the first of the next page is skipped. Who
/// was deleted had been seen by then, and is not seen by the next pass: a pass of which the next
/// one misses nothing had skipped nothing.
async fn complete<S: Source>(source: &S) -> Result<Vec<Webhook>, S::Error> {
    let mut pass = source.list().await?;
    let mut seen = BTreeSet::new();
    for _ in 1..MOST_PASSES {
        let before = ids(&pass);
        pass = source.list().await?;
        if before.is_subset(&ids(&pass)) {
            return Ok(pass);
        }
        seen.extend(before);
    }
    let listed = ids(&pass);
    for id in seen.difference(&listed) {
        pass.extend(source.find(id).await?);
    }
    Ok(pass)
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
    stop: &'a CancellationToken,
}

impl Source for Listed<'_> {
    type Error = Error;

    async fn list(&self) -> Result<Vec<Webhook>, Error> {
        self.registry.list(self.stop).await
    }

    async fn find(&self, id: &str) -> Result<Option<Webhook>, Error> {
        match self.registry.get(id, self.stop).await {
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
    use crate::registry::{Status, Target};

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

    /// Each pass sees what its line of the script says; after the last line, the last one again.
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

        async fn list(&self) -> Result<Vec<Webhook>, &'static str> {
            *self.listed.lock().unwrap() += 1;
            let mut passes = self.passes.lock().unwrap();
            let pass = match passes.len() {
                1 => passes[0],
                _ => passes.pop_front().unwrap(),
            };
            if pass == "!" {
                return Err("unreadable");
            }
            Ok(pass
                .chars()
                .map(|it| webhook(&it.to_string(), None))
                .collect())
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
        assert_eq!(*script.listed.lock().unwrap(), MOST_PASSES);
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
