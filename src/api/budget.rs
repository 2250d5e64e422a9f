//! One operation on a registry: how long it may take, how often it may try, and when to stop.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::error::{Error, ErrorKind};

/// Every span of time that the behaviour under faults rests on; tests use shorter ones.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    /// One operation with all its waits.
    pub(crate) operation: Duration,
    /// The first wait before a retry; waits double from here, with jitter.
    pub(crate) first_wait: Duration,
    /// The longest such wait, before jitter.
    pub(crate) longest_wait: Duration,
    /// The longest wait that a server can ask for.
    pub(crate) retry_after: Duration,
    /// How long a refused connection is tried again.
    pub(crate) refused: Duration,
    /// How long a write already sent may still answer after a stop.
    pub(crate) grace: Duration,
    /// The longest wait between two looks at what a server is still at work on.
    pub(crate) watch: Duration,
    /// When to look for a created webhook, counted from the loss of the answer.
    pub(crate) looks: [Duration; 4],
    /// How far a list may lag behind writes.
    pub(crate) lag: Duration,
    /// How long a list waits for more reads that it can serve.
    pub(crate) gather: Duration,
    /// How long before a refresh a list may have been begun that serves it.
    pub(crate) age: Duration,
}

impl Pace {
    /// For a registry whose list may lag behind its writes, by an unknown time.
    pub(crate) fn databricks() -> Self {
        Self {
            looks: [0, 1000, 4000, 10_000].map(Duration::from_millis),
            ..Self::default()
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            operation: Duration::from_secs(300),
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(20),
            retry_after: Duration::from_secs(60),
            refused: Duration::from_secs(30),
            grace: Duration::from_secs(10),
            watch: Duration::from_secs(3),
            looks: [0, 500, 1500, 3500].map(Duration::from_millis),
            lag: Duration::from_secs(10),
            gather: Duration::from_millis(20),
            age: Duration::from_secs(5),
        }
    }
}

/// The budget of one operation.
#[derive(Debug)]
pub(crate) struct Op<'a> {
    pub(crate) stop: &'a CancellationToken,
    pub(crate) pace: &'a Pace,
    deadline: Instant,
    max_retries: u32,
    waits: backon::ExponentialBackoff,
    refused_since: Option<Instant>,
}

impl<'a> Op<'a> {
    pub(crate) fn new(stop: &'a CancellationToken, pace: &'a Pace, max_retries: u32) -> Self {
        Self::until(Instant::now() + pace.operation, stop, pace, max_retries)
    }

    fn until(
        deadline: Instant,
        stop: &'a CancellationToken,
        pace: &'a Pace,
        max_retries: u32,
    ) -> Self {
        let waits = ExponentialBuilder::default()
            .with_min_delay(pace.first_wait)
            .with_max_delay(pace.longest_wait)
            .with_max_times(usize::try_from(max_retries).unwrap_or(usize::MAX))
            .with_jitter()
            .with_jitter_seed(RandomState::new().hash_one(0))
            .build();
        Self {
            stop,
            pace,
            deadline,
            max_retries,
            waits,
            refused_since: None,
        }
    }

    /// A call within this operation: retries of its own, the same deadline.
    pub(crate) fn call(&self) -> Self {
        Self::until(self.deadline, self.stop, self.pace, self.max_retries)
    }

    /// A call that is only made to explain a failure: one attempt, and a short one.
    pub(crate) fn probe(&self) -> Self {
        let deadline = self.deadline.min(Instant::now() + self.pace.grace);
        Self::until(deadline, self.stop, self.pace, 0)
    }

    pub(crate) fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Waits before another attempt, as long as the server asks or with backoff. `false`: there is
    /// no attempt left, or no time for one.
    pub(crate) async fn retry(&mut self, asked: Option<Duration>) -> Result<bool, Error> {
        let Some(wait) = self.waits.next() else {
            return Ok(false);
        };
        let wait = asked.unwrap_or(wait);
        if wait >= self.remaining() {
            return Ok(false);
        }
        self.pause(wait).await.map(|()| true)
    }

    /// Like [`Op::retry`], for as long as a refused connection is worth trying again.
    pub(crate) async fn retry_refused(&mut self) -> Result<bool, Error> {
        let since = *self.refused_since.get_or_insert_with(Instant::now);
        if since.elapsed() >= self.pace.refused {
            return Ok(false);
        }
        let left = self.pace.refused.saturating_sub(since.elapsed());
        let wait = self.waits.next().map(|wait| wait.min(left));
        let Some(wait) = wait.filter(|wait| *wait < self.remaining()) else {
            return Ok(false);
        };
        self.pause(wait).await.map(|()| true)
    }

    /// Waits, unless the operation is stopped or out of time.
    pub(crate) async fn pause(&self, wait: Duration) -> Result<(), Error> {
        self.wait_for(tokio::time::sleep(wait)).await
    }

    /// Waits for something of our own that does no I/O.
    pub(crate) async fn wait_for<T>(&self, what: impl Future<Output = T>) -> Result<T, Error> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(Error::new(ErrorKind::Stopped)),
            done = what => Ok(done),
            () = tokio::time::sleep_until(self.deadline) => Err(Error::new(ErrorKind::TimedOut)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick() -> Pace {
        Pace {
            first_wait: Duration::from_millis(1),
            longest_wait: Duration::from_millis(4),
            ..Pace::default()
        }
    }

    #[tokio::test]
    async fn attempts_are_counted() {
        let (stop, pace) = (CancellationToken::new(), quick());
        let mut op = Op::new(&stop, &pace, 2);
        assert!(op.retry(None).await.unwrap());
        assert!(op.retry(None).await.unwrap());
        assert!(!op.retry(None).await.unwrap());
        assert!(op.call().retry(None).await.unwrap());
    }

    #[tokio::test]
    async fn a_wait_beyond_the_deadline_is_not_begun() {
        let (stop, pace) = (CancellationToken::new(), quick());
        let mut op = Op::new(&stop, &pace, 7);
        assert!(!op.retry(Some(pace.operation)).await.unwrap());
    }

    #[tokio::test]
    async fn a_stop_ends_a_wait() {
        let (stop, pace) = (CancellationToken::new(), quick());
        let mut op = Op::new(&stop, &pace, 7);
        stop.cancel();
        assert!(
            op.retry(Some(Duration::from_secs(60)))
                .await
                .unwrap_err()
                .is_stopped()
        );
    }

    #[tokio::test]
    async fn a_refused_connection_is_tried_for_its_own_time_only() {
        let stop = CancellationToken::new();
        let pace = Pace {
            refused: Duration::ZERO,
            ..quick()
        };
        let mut op = Op::new(&stop, &pace, 7);
        assert!(!op.retry_refused().await.unwrap());
        assert!(op.retry(None).await.unwrap());
    }
}
