//! One at a time: whoever needs the same thing meanwhile waits and shares the outcome, a failure
//! included, so that many requests at a dead identity provider take no longer than one.

use std::sync::Mutex;

use tokio::sync::MutexGuard;
use tokio_util::sync::CancellationToken;

use crate::api::{
    error::{Error, ErrorKind},
    lock::lock,
};

#[derive(Debug, Default)]
pub(super) struct Flight {
    turn: tokio::sync::Mutex<()>,
    failures: Mutex<Failures>,
}

#[derive(Debug, Default)]
struct Failures {
    count: u64,
    last: Option<(ErrorKind, String)>,
}

impl Flight {
    /// What `done` has, once it has it; until then one caller at a time does the `work`.
    pub(super) async fn join<T>(
        &self,
        stop: &CancellationToken,
        done: impl Fn() -> Option<T>,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let before = self.failures().count;
        let _turn = tokio::select! {
            biased;
            () = stop.cancelled() => return Err(Error::new(ErrorKind::Stopped)),
            turn = self.turn.lock() => turn,
        };
        if let Some(found) = done() {
            return Ok(found);
        }
        if let Some(failure) = self.failure_since(before) {
            return Err(failure);
        }
        work.await.inspect_err(|error| self.remember(error))
    }

    /// The turn, if no one has it.
    pub(super) fn now(&self) -> Option<MutexGuard<'_, ()>> {
        self.turn.try_lock().ok()
    }

    fn failure_since(&self, before: u64) -> Option<Error> {
        let failures = self.failures();
        let (kind, message) = failures.last.as_ref().filter(|_| failures.count > before)?;
        Some(Error::new(kind.clone()).with_message(message.clone()))
    }

    /// That one caller was stopped says nothing to the others.
    fn remember(&self, error: &Error) {
        if error.is_stopped() {
            return;
        }
        let mut failures = self.failures();
        failures.count += 1;
        let message = error
            .message()
            .map_or_else(|| error.to_string(), str::to_owned);
        failures.last = Some((error.kind().clone(), message));
    }

    fn failures(&self) -> std::sync::MutexGuard<'_, Failures> {
        lock(&self.failures)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn failure() -> Error {
        Error::new(ErrorKind::Unauthenticated).with_message("why")
    }

    #[tokio::test]
    async fn those_who_waited_share_a_failure_and_the_next_tries_again() {
        let (flight, stop, tries) = (
            Flight::default(),
            CancellationToken::new(),
            AtomicU32::new(0),
        );
        let attempt = || {
            flight.join(&stop, || None::<()>, async {
                tries.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Err(failure())
            })
        };
        let (one, two, three) = tokio::join!(attempt(), attempt(), attempt());
        for outcome in [one, two, three] {
            let error = outcome.unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::Unauthenticated);
            assert_eq!(error.message(), Some("why"));
        }
        assert_eq!(tries.load(Ordering::Relaxed), 1);
        attempt().await.unwrap_err();
        assert_eq!(tries.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_stop_ends_the_waiting_and_is_not_shared() {
        let (flight, stop) = (Flight::default(), CancellationToken::new());
        let _turn = flight.now().unwrap();
        assert!(flight.now().is_none());
        stop.cancel();
        let outcome = flight.join(&stop, || None::<()>, async { Err(failure()) });
        assert!(outcome.await.unwrap_err().is_stopped());
        assert_eq!(flight.failures().count, 0);
    }
}
