//! What the faults need to know of each type, a file each.

pub mod access;
pub mod experiment;
pub mod gateway_budget_policy;
pub mod gateway_endpoint;
pub mod gateway_model_definition;
pub mod gateway_secret;
pub mod model_version;
pub mod prompt;
pub mod prompt_alias;
pub mod prompt_version;
pub mod registered_model;
pub mod registered_model_alias;
pub mod webhook;
pub mod workspace;
