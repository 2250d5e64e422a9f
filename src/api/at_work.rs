//! Whether this process is changing anything. What waits for another change waits no longer than that.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::time::Instant;

use super::lock::lock;

/// How many changes are under way, and when the last one ended.
#[derive(Debug)]
pub(super) struct AtWork(Mutex<(usize, Instant)>);

/// A change that is under way for as long as this is kept.
pub struct Busy(Arc<AtWork>);

impl AtWork {
    /// A change begins.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        lock(&self.0).0 += 1;
        Busy(Arc::clone(self))
    }

    /// How long nothing has been under way.
    pub(super) fn is_idle_for(&self) -> Duration {
        match *lock(&self.0) {
            (0, ended) => ended.elapsed(),
            _ => Duration::ZERO,
        }
    }
}

impl Default for AtWork {
    fn default() -> Self {
        Self(Mutex::new((0, Instant::now())))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut at_work = lock(&self.0.0);
        *at_work = (at_work.0.saturating_sub(1), Instant::now());
    }
}

impl fmt::Debug for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Busy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_idle_until_the_last_change_has_ended() {
        let at_work = Arc::new(AtWork::default());
        let (first, other) = (at_work.begin(), at_work.begin());
        drop(first);
        assert_eq!(at_work.is_idle_for(), Duration::ZERO);
        drop(other);
        assert!(lock(&at_work.0).0 == 0 && at_work.is_idle_for() > Duration::ZERO);
    }
}
