//! Short locks around what is shared in memory.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// No one panics while holding these locks, and what they guard is never half-changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
