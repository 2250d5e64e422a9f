//! The provider block: what it may say ([`schema`], [`validate`]), and what a provider that is
//! configured by it and by the environment gives to its resources. Start at [`connect`].

mod client;
mod config;
mod credentials;
mod databricks;
mod location;

pub use client::Client;
pub use config::Config;

pub(super) use client::connect;
pub(super) use config::{schema, validate};
#[cfg(any(test, fuzzing))]
pub(super) use {
    credentials::parse as parse_credentials,
    location::{Location, Origin},
};
