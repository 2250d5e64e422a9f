//! The Terraform provider for MLflow.
//!
//! # Structure
//!
//! Five rooms, and data flows one way through them:
//!
//! - [`plugin`]: how a process becomes a Terraform plugin. Knows gRPC, not Terraform's data.
//! - [`wire`]: values as they travel between host and provider. Pure, no I/O.
//! - [`framework`]: what a provider is made of, and the server that drives it.
//! - [`api`]: the REST API of MLflow as its servers speak it. Knows no Terraform.
//! - [`provider`]: our own resources, one folder each, listed in one catalogue.
//!
//! `framework` builds on `wire`; `provider` builds on `framework` and `api`; `main` joins
//! `provider`, `framework::server` and `plugin`. Nothing else points from one room to another.

pub mod api;
pub mod framework;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod plugin;
pub mod provider;

pub mod wire;

#[cfg(test)]
mod structure;
