//! What the faults need to know of each type, a file each.

pub mod access;
pub mod experiment;
pub mod registered_model;
pub mod registered_model_alias;
pub mod webhook;
