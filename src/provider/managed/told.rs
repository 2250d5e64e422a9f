//! Failures in words, pointing at the argument that they are about.

use crate::{
    api,
    framework::Diagnostics,
    provider::{
        explain::{already_exists, explain},
        managed::{entity::Entity, steps::Halt},
    },
};

/// Why steps went no further.
pub(in crate::provider) fn told<E: Entity>(halt: Halt) -> Diagnostics {
    match halt {
        Halt::Failed(error) => explained::<E>(&error),
        Halt::Exists => already_exists(E::NOUN).into(),
        Halt::Refused(diagnostics) => diagnostics,
    }
}

/// The error, pointing at the argument that caused it where that is known.
pub(super) fn explained<E: Entity>(error: &api::Error) -> Diagnostics {
    let diagnostic = explain(error);
    match E::argument_of(error.kind()) {
        Some(path) => diagnostic.at(path).into(),
        None => diagnostic.into(),
    }
}
