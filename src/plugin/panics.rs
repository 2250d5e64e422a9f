//! What the host learns of a panic.
//!
//! Whoever serves requests turns a panic in one into a diagnostic, so a panic is at first only a
//! log line. One that nobody caught ends up in [`guard`], and that is a crash: the host shows lines
//! from `panic: ` on to its user. Payloads are shown to nobody, they may quote a user's values.

use std::{
    future::Future,
    io::{self, Write},
    panic::{self, AssertUnwindSafe},
    sync::{Mutex, PoisonError},
};

use futures_util::FutureExt;
use tokio_util::task::TaskTracker;

static LAST_LOCATION: Mutex<String> = Mutex::new(String::new());

/// Replaces the standard hook, whose text would reach nobody.
pub(super) fn install_hook() {
    panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        let location = location.unwrap_or_default();
        tracing::error!(location, "panicked");
        *LAST_LOCATION.lock().unwrap_or_else(PoisonError::into_inner) = location;
    }));
}

/// Runs what must not panic; `None` and a report to the host if it does.
pub(super) async fn guard<F: Future>(future: F) -> Option<F::Output> {
    let outcome = AssertUnwindSafe(future).catch_unwind().await;
    if outcome.is_err() {
        report(io::stderr());
    }
    outcome.ok()
}

/// Spawns what hyper asks for, a task for each request, so that they can be waited for.
#[derive(Clone)]
pub(super) struct GuardingExecutor(pub(super) TaskTracker);

impl<F> hyper::rt::Executor<F> for GuardingExecutor
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, future: F) {
        self.0.spawn(guard(future));
    }
}

fn report(mut out: impl Write) {
    let location = LAST_LOCATION.lock().unwrap_or_else(PoisonError::into_inner);
    let line = format!(
        "panic: at {location} in version {}; please report this bug to {}/issues\n",
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_REPOSITORY"),
    );
    // A host that is gone reads no reports.
    let _ = out.write_all(line.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_caught_panic_is_reported_by_place_and_not_by_payload() {
        install_hook();
        let outcome = guard(async { panic!("password is hunter2") }).await;
        let _ = panic::take_hook();
        assert_eq!(outcome, None::<()>);
        let mut report_text = Vec::new();
        report(&mut report_text);
        let text = String::from_utf8(report_text).unwrap();
        assert!(
            text.starts_with("panic: at src/plugin/panics.rs:"),
            "{text}"
        );
        assert!(text.ends_with("/issues\n") && !text.contains("hunter2"));
    }
}
