//! Who asks a Databricks workspace.

pub(in crate::api) mod auth;

pub use auth::{AuthConfig, AuthEnvironment};
