//! One at a time, where a server lets a write take the place of another in silence: nothing of this
//! process comes between a look and the write that follows it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio::sync::OwnedMutexGuard;

use crate::api::{lock::lock, server::Server};

/// The gate of each thing.
#[derive(Default)]
struct Gates(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Server {
    /// Waits until nobody of this process is at what has this name in the workspace. Nobody else is while
    /// what is returned is kept.
    pub async fn pass(&self, name: &str) -> OwnedMutexGuard<()> {
        let gates = self.kept::<Gates>();
        let gate = Arc::clone(lock(&gates.0).entry(name.to_owned()).or_default());
        gate.lock_owned().await
    }
}
