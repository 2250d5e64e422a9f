//! One at a time, where a server lets a write take the place of another in silence: nothing of this
//! process comes between a look and the write that follows it. And word of what is given up, for who
//! waits for that.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio::sync::{OwnedMutexGuard, watch};

use crate::api::{lock::lock, server::Server};

/// The gate of each thing.
#[derive(Default)]
struct Gates(Mutex<HashMap<String, Gate>>);

#[derive(Clone, Default)]
struct Gate {
    turn: Arc<tokio::sync::Mutex<()>>,
    given_up: watch::Sender<()>,
}

impl Server {
    /// Waits until nobody of this process is at what has this name in the workspace. Nobody else is while
    /// what is returned is kept.
    pub async fn pass(&self, name: &str) -> OwnedMutexGuard<()> {
        self.gate(name).turn.lock_owned().await
    }

    /// Tells who waits for it that nothing has this name any more.
    pub fn give_up(&self, name: &str) {
        self.gate(name).given_up.send_replace(());
    }

    /// Changes when the name is given up from now on.
    #[must_use]
    pub fn given_up(&self, name: &str) -> watch::Receiver<()> {
        self.gate(name).given_up.subscribe()
    }

    fn gate(&self, name: &str) -> Gate {
        let gates = self.kept::<Gates>();
        let mut gates = lock(&gates.0);
        gates.entry(name.to_owned()).or_default().clone()
    }
}
