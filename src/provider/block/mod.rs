//! The provider block: what it may say ([`schema`], [`validate`]), and what a provider that is
//! configured by it and by the environment gives to its resources. Start at [`connect`].

mod config;
mod configured;
mod credentials;
mod databricks;
mod foreign;
mod location;
mod rules;

pub use config::Config;
pub use configured::Configured;

pub(super) use config::schema;
pub(super) use configured::connect;
pub(super) use rules::validate;
#[cfg(any(test, fuzzing))]
pub(super) use {
    credentials::parse as parse_credentials,
    location::{Location, Origin},
};
