//! The Terraform provider for MLflow.
//!
//! # Structure
//!
//! Six rooms, and data flows one way through them:
//!
//! - [`plugin`]: how a process becomes a Terraform plugin. Knows gRPC, not Terraform's data.
//! - [`wire`]: values as they travel between host and provider. Pure, no I/O.
//! - [`framework`]: what a provider is made of, and the server that drives it.
//! - [`api`]: the REST API of MLflow as its servers speak it. Knows no Terraform.
//! - [`databricks_auth`]: who asks a Databricks workspace, by fifteen methods. Knows no registry.
//! - [`provider`]: our own resources, one folder each, listed in one catalogue.
//!
//! `framework` builds on `wire`; `databricks_auth` on `api`, which sees it as an
//! [`Authenticator`](api::Authenticator); `provider` on `framework`, `api` and `databricks_auth`; `main` joins
//! `provider`, `framework::server` and `plugin`. Nothing else points from one room to another.

pub mod api;
pub mod databricks_auth;
pub mod framework;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod plugin;
pub mod provider;

pub mod wire;

#[cfg(test)]
mod structure;
