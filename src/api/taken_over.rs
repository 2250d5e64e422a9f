//! Permissions that something new has taken over in this run. What managed one before must not revoke it,
//! where hosts destroy that only afterwards.

use std::{collections::BTreeSet, sync::Mutex};

use crate::api::{lock::lock, server::Server};

/// Their ids.
#[derive(Default)]
struct TakenOver(Mutex<BTreeSet<i64>>);

impl Server {
    /// Remembers that the permission of this id is something new's.
    pub fn remember_taken_over(&self, id: i64) {
        lock(&self.kept::<TakenOver>().0).insert(id);
    }

    /// Whether it is.
    #[must_use]
    pub fn is_taken_over(&self, id: i64) -> bool {
        lock(&self.kept::<TakenOver>().0).contains(&id)
    }
}
