//! What the acceptance tests stand on: a real MLflow server, a webhook receiver, a fault proxy (also behind TLS), a host,
//! and a Terraform workspace. Every test names its webhooks with [`unique`], so that all of them
//! can share one server at the same time.

pub mod access;
pub mod client;
pub mod databricks;
pub mod experiments;
pub mod feature;
pub mod gateway;
pub mod host;
pub mod http;
pub mod listener;
pub mod mlflow;
pub mod models;
pub mod openai;
pub mod port;
pub mod postgresql;
pub mod process;
pub mod proxy;
pub mod receiver;
pub mod registry;
pub mod rest;
pub mod session;
pub mod terraform;
pub mod tls;

use std::{
    hash::{BuildHasher, RandomState},
    thread,
    time::{Duration, Instant},
};

/// A test: its path-like name and what it does.
pub type Case = (&'static str, fn());

/// Lists functions of the calling module as [`Case`]s; one left out is a dead-code warning.
macro_rules! cases {
    ($($function:ident),+ $(,)?) => {
        vec![$((
            concat!(module_path!(), "::", stringify!($function)),
            $function as fn(),
        )),+]
    };
}
pub(crate) use cases;

/// A name that no other test uses, valid as a webhook name and as a model name.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}-{:012x}", random() & 0xffff_ffff_ffff)
}

/// 64 random bits: the standard library seeds each `RandomState` from the system.
pub fn random() -> u64 {
    RandomState::new().hash_one(Instant::now())
}

/// Asks until there is an answer; fails with `what` was awaited when `limit` has passed.
pub fn wait_for<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "no {what} within {limit:?}");
        thread::sleep(Duration::from_millis(20));
    }
}
