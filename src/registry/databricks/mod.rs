//! The backend for the model registry of a Databricks workspace: each call builds a request, sends it
//! and reads the answer.

mod auth;

pub use auth::{AuthConfig, AuthEnvironment};
