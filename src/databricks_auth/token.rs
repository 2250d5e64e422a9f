//! Tokens and the one cache for all that run out.
//!
//! A token is replaced before it runs out: from half of its life on, at most 20 minutes before its
//! end, the first request that comes along asks for the next one while the others go on with the old
//! one; a failure then does no harm and is tried again a minute later. A token that has run out is
//! waited for.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::single_flight::Flight;
use crate::api::{
    error::{Error, ErrorKind},
    lock::lock,
};

/// What time it is.
pub(super) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// A token and when it runs out; never, if nothing is said.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) value: SecretString,
    pub(super) expiry: Option<SystemTime>,
}

impl Token {
    /// An answer of an OAuth server; `expires_in` counts from now.
    pub(super) fn of_oauth(answer: &Value, now: SystemTime) -> Result<Self, Error> {
        let left = seconds(answer.get("expires_in")).filter(|left| *left > 0);
        Ok(Self {
            value: text(answer, "access_token")?,
            expiry: left.and_then(|left| after(now, left)),
        })
    }

    /// An answer of Azure's identity services; `expires_on` is a date, in seconds.
    pub(super) fn of_azure(answer: &Value) -> Result<Self, Error> {
        let value = text(answer, "access_token")?;
        let expiry = seconds(answer.get("expires_on"))
            .ok_or_else(|| incomplete("the token's expiry cannot be read"))?;
        Ok(Self {
            value,
            expiry: after(SystemTime::UNIX_EPOCH, expiry),
        })
    }
}

/// That many seconds later. `None` where that lies behind the last moment that a clock can show:
/// whoever sends such a number means that there is no end.
pub(super) fn after(start: SystemTime, seconds: u64) -> Option<SystemTime> {
    start.checked_add(Duration::from_secs(seconds))
}

/// 0001-01-01T00:00:00Z in Unix seconds.
const GO_ZERO: i64 = -62_135_596_800;

/// A date as a moment. `None` is no end; Go's tools write the first moment of year 1 for that.
pub(super) fn moment(date: OffsetDateTime) -> Option<SystemTime> {
    if date.unix_timestamp() == GO_ZERO {
        return None;
    }
    let seconds = u64::try_from(date.unix_timestamp()).unwrap_or_default();
    let since = Duration::new(seconds, date.nanosecond());
    SystemTime::UNIX_EPOCH.checked_add(since)
}

/// A text that an answer must hold.
pub(super) fn text(answer: &Value, name: &str) -> Result<SecretString, Error> {
    let found = answer.get(name).and_then(Value::as_str);
    let found = found.filter(|text| !text.is_empty());
    found.map_or_else(
        || Err(incomplete(&format!("the answer holds no {name}"))),
        |text| Ok(text.to_owned().into()),
    )
}

/// A number, or a number as a text; fractions of a second do not count. One that is too large stands
/// for the largest.
pub(super) fn seconds(value: Option<&Value>) -> Option<u64> {
    let text = match value? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let whole = text.parse::<u64>().ok();
    let number = || text.parse::<f64>().ok().filter(|it| *it >= 0.0);
    // A cast of a float ends at the largest integer.
    whole.or_else(|| number().map(|it| it as u64))
}

pub(super) fn incomplete(why: &str) -> Error {
    Error::new(ErrorKind::Server).with_message(why)
}

/// Where tokens come from.
#[async_trait]
pub(super) trait Source: fmt::Debug + Send + Sync {
    /// A fresh token. Tries again itself, within bounds.
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error>;
}

const EARLIEST: Duration = Duration::from_secs(20 * 60);
const AFTER_A_FAILURE: Duration = Duration::from_secs(60);
const AHEAD_OF_TIME: Duration = Duration::from_secs(10);
/// A request is under way for a while before its token is looked at.
const MARGIN: Duration = Duration::from_secs(10);

/// A source's latest token.
pub(super) struct Cache {
    source: Box<dyn Source>,
    clock: Clock,
    margin: Duration,
    held: Mutex<Option<Held>>,
    flight: Flight,
}

#[derive(Clone)]
struct Held {
    token: Token,
    /// When to look for the next one.
    stale: Option<SystemTime>,
}

impl Cache {
    pub(super) fn new(source: impl Source + 'static, clock: &Clock) -> Self {
        Self {
            source: Box::new(source),
            clock: Arc::clone(clock),
            margin: MARGIN,
            held: Mutex::default(),
            flight: Flight::default(),
        }
    }

    pub(super) fn with_margin(mut self, margin: Duration) -> Self {
        self.margin = margin;
        self
    }

    /// A token that is good for a request now.
    pub(super) async fn token(&self, stop: &CancellationToken) -> Result<SecretString, Error> {
        let Some(held) = self.usable() else {
            return self.wait(stop).await;
        };
        if held.stale.is_some_and(|stale| (self.clock)() >= stale) {
            self.renew(&held, stop).await;
        }
        Ok(self.usable().unwrap_or(held).token.value)
    }

    async fn wait(&self, stop: &CancellationToken) -> Result<SecretString, Error> {
        let done = || self.usable().map(|held| held.token.value);
        let work = async { self.source.token(stop).await.map(|token| self.hold(token)) };
        self.flight.join(stop, done, work).await
    }

    async fn renew(&self, old: &Held, stop: &CancellationToken) {
        let Some(_turn) = self.flight.now() else {
            return;
        };
        match tokio::time::timeout(AHEAD_OF_TIME, self.source.token(stop)).await {
            Ok(Ok(token)) => {
                self.hold(token);
            }
            _ => {
                debug!("a token could not be renewed ahead of time");
                let later = Held {
                    stale: Some((self.clock)() + AFTER_A_FAILURE),
                    ..old.clone()
                };
                *self.held() = Some(later);
            }
        }
    }

    fn hold(&self, token: Token) -> SecretString {
        let (now, value) = ((self.clock)(), token.value.clone());
        let stale = token.expiry.map(|expiry| {
            let left = expiry.duration_since(now).unwrap_or_default();
            now + left.saturating_sub((left / 2).min(EARLIEST))
        });
        *self.held() = Some(Held { token, stale });
        value
    }

    fn usable(&self) -> Option<Held> {
        let until = (self.clock)() + self.margin;
        let held = self.held().clone()?;
        held.token
            .expiry
            .is_none_or(|expiry| expiry > until)
            .then_some(held)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Held>> {
        lock(&self.held)
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cache").field(&self.source).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    use secrecy::ExposeSecret;

    use super::*;

    #[derive(Debug, Default, Clone)]
    struct Counted {
        made: Arc<AtomicU64>,
        failing: Arc<AtomicBool>,
        now: Arc<AtomicU64>,
    }

    #[async_trait]
    impl Source for Counted {
        async fn token(&self, _: &CancellationToken) -> Result<Token, Error> {
            let number = self.made.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::task::yield_now().await;
            if self.failing.load(Ordering::SeqCst) {
                return Err(Error::new(ErrorKind::Unauthenticated));
            }
            Ok(Token {
                value: format!("t{number}").into(),
                expiry: Some(at(self.now.load(Ordering::SeqCst)) + Duration::from_secs(3600)),
            })
        }
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn cache() -> (Counted, Cache) {
        let source = Counted::default();
        let now = Arc::clone(&source.now);
        let clock: Clock = Arc::new(move || at(now.load(Ordering::SeqCst)));
        (source.clone(), Cache::new(source, &clock))
    }

    async fn token(cache: &Cache) -> Result<String, Error> {
        let token = cache.token(&CancellationToken::new()).await?;
        Ok(token.expose_secret().to_owned())
    }

    #[tokio::test]
    async fn many_requests_get_one_token() {
        let (source, cache) = cache();
        let (one, two) = tokio::join!(token(&cache), token(&cache));
        assert_eq!((one.unwrap(), two.unwrap()), ("t1".into(), "t1".into()));
        assert_eq!(token(&cache).await.unwrap(), "t1");
        assert_eq!(source.made.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_token_is_renewed_ahead_of_time_and_others_do_not_wait() {
        let (source, cache) = cache();
        token(&cache).await.unwrap();
        source.now.store(2399, Ordering::SeqCst);
        assert_eq!(token(&cache).await.unwrap(), "t1");
        source.now.store(2400, Ordering::SeqCst);
        let (one, two) = tokio::join!(token(&cache), token(&cache));
        assert_eq!((one.unwrap(), two.unwrap()), ("t2".into(), "t1".into()));
        assert_eq!(source.made.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_failure_ahead_of_time_is_tried_again_a_minute_later() {
        let (source, cache) = cache();
        token(&cache).await.unwrap();
        source.failing.store(true, Ordering::SeqCst);
        source.now.store(2500, Ordering::SeqCst);
        for _ in 0..3 {
            assert_eq!(token(&cache).await.unwrap(), "t1");
        }
        assert_eq!(source.made.load(Ordering::SeqCst), 2);
        source.failing.store(false, Ordering::SeqCst);
        source.now.store(2560, Ordering::SeqCst);
        assert_eq!(token(&cache).await.unwrap(), "t3");
    }

    #[tokio::test]
    async fn a_token_that_ran_out_is_never_used() {
        let (source, cache) = cache();
        token(&cache).await.unwrap();
        source.failing.store(true, Ordering::SeqCst);
        source.now.store(3589, Ordering::SeqCst);
        assert_eq!(token(&cache).await.unwrap(), "t1");
        source.now.store(3590, Ordering::SeqCst);
        token(&cache).await.unwrap_err();
        let (_, early) = self::cache();
        let early = early.with_margin(Duration::from_secs(40));
        early.hold(Token {
            value: "t".to_owned().into(),
            expiry: Some(at(40)),
        });
        assert!(early.usable().is_none());
    }

    #[tokio::test]
    async fn a_token_without_an_end_is_kept() {
        let (source, cache) = cache();
        cache.hold(Token {
            value: "forever".to_owned().into(),
            expiry: None,
        });
        // The year 10680: long after all others, and no clock has ended, as that of Windows does in 30828.
        source.now.store(1 << 38, Ordering::SeqCst);
        assert_eq!(token(&cache).await.unwrap(), "forever");
    }
}
