//! How old a list may be that a refresh is served from: begun some seconds before the refresh at the
//! most, and never before a write of this process ended.

use std::{sync::Mutex, time::Duration};

use tokio::time::Instant;

use super::lock::lock;

/// When this process last changed something.
#[derive(Debug, Default)]
pub(super) struct Recency {
    changed: Mutex<Option<Instant>>,
}

impl Recency {
    /// A write has ended, whatever came of it.
    pub(super) fn changed(&self) {
        *lock(&self.changed) = Some(Instant::now());
    }

    /// Lists begun before that moment are too old for who asks now.
    pub(super) fn earliest(&self, age: Duration) -> Instant {
        let asked = Instant::now();
        let oldest = asked.checked_sub(age).unwrap_or(asked);
        let changed = *lock(&self.changed);
        changed.map_or(oldest, |changed| changed.max(oldest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_from_before_our_own_write_is_too_old() {
        let (recency, begun) = (Recency::default(), Instant::now());
        let age = Duration::from_secs(60);
        assert!(recency.earliest(age) <= begun);
        assert!(recency.earliest(Duration::ZERO) >= begun);
        recency.changed();
        assert!(recency.earliest(age) >= begun);
    }
}
