//! Failures in words, pointing at the argument that they are about.

use crate::{
    api::{self, ErrorKind},
    framework::{Diagnostic, Diagnostics, Path},
    provider::{
        explain::{already_exists, explain},
        managed::{entity::Entity, steps::Halt},
    },
};

/// Why steps went no further.
pub(in crate::provider) fn told<E: Entity>(halt: Halt) -> Diagnostics {
    match halt {
        Halt::Failed(error) => explained::<E>(&error),
        Halt::Exists => {
            let told = already_exists(E::NOUN);
            at(E::argument_of(&ErrorKind::AlreadyExists), told)
        }
        Halt::ExistsAs(told) => told.into(),
        Halt::Refused(diagnostics) => diagnostics,
    }
}

/// The error, pointing at the argument that caused it where that is known.
pub(super) fn explained<E: Entity>(error: &api::Error) -> Diagnostics {
    let told = explain(error);
    if told.path.is_some() {
        return told.into();
    }
    let referred = match error.kind() {
        ErrorKind::NotFound => reference::<E>(error.noun()),
        _ => None,
    };
    match referred {
        Some(argument) => referring(told, argument, error.noun()),
        None => at(E::argument_of(error.kind()), told),
    }
}

/// What names something that is not there may be wrong, or come too early.
fn referring(told: Diagnostic, argument: &'static str, noun: &str) -> Diagnostics {
    let detail = format!(
        "{}\n\nMend {argument}, or make the {noun} first: if this configuration makes it, refer to its \
         resource.",
        told.detail
    );
    let told = Diagnostic { detail, ..told };
    told.at(Path::attribute(argument)).into()
}

/// The argument that names another object of this noun.
fn reference<E: Entity>(noun: &str) -> Option<&'static str> {
    let type_name = format!("mlflow_{}", noun.replace(' ', "_"));
    let attributes = E::schema().body.attributes;
    let mut naming = attributes.iter().filter(|it| {
        it.refers_to
            .is_some_and(|(referred, _)| referred == type_name)
    });
    naming.next().map(|it| it.name)
}

fn at(argument: Option<Path>, diagnostic: Diagnostic) -> Diagnostics {
    match argument {
        Some(path) => diagnostic.at(path).into(),
        None => diagnostic.into(),
    }
}
