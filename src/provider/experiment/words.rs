//! What is said of experiments that are deleted, restored, or must stay.

use crate::{
    api::experiments::Experiment,
    framework::{Diagnostic, Path},
};

/// An experiment in state was deleted elsewhere.
pub(super) fn was_deleted(experiment: &Experiment) -> Diagnostic {
    Diagnostic::warning("Experiment Was Deleted", in_the_way(experiment))
}

/// A deleted experiment is where another is wanted, or is to be imported.
pub(super) fn is_deleted(experiment: &Experiment) -> Diagnostic {
    Diagnostic::error("Experiment Is Deleted", in_the_way(experiment))
}

fn in_the_way(Experiment { id, name, .. }: &Experiment) -> String {
    format!(
        "The experiment {id}, named {name:?}, was deleted, and can be restored; until then it keeps \
         its name, and cannot be managed or imported. There are two ways out.\n\n\
         To have it back, with its runs: set restore_deleted = true, and apply. The apply restores \
         the experiment {id} and brings it to the configuration.\n\n\
         To have a new one: choose another name, or remove the deleted one for good on the server, \
         with \"mlflow gc --experiment-ids {id}\"."
    )
}

/// An experiment is about to be restored.
pub(super) fn is_restored(experiment: &Experiment) -> Diagnostic {
    let Experiment { id, name, .. } = experiment;
    Diagnostic::warning(
        "Experiment Is Restored",
        format!(
            "The deleted experiment {id}, named {name:?}, is restored. All its runs come back, also \
             those that were deleted before the experiment was."
        ),
    )
    .at(Path::attribute("restore_deleted"))
}

/// The deleted experiment has its artifacts elsewhere than the configuration says.
pub(super) fn stores_elsewhere(experiment: &Experiment) -> Diagnostic {
    let Experiment {
        id,
        artifact_location,
        ..
    } = experiment;
    Diagnostic::error(
        "Artifacts Are Elsewhere",
        format!(
            "The deleted experiment {id} could be restored, but its artifacts go to \
             {artifact_location}, which cannot be changed. Configure that location, or leave \
             artifact_location out."
        ),
    )
    .at(Path::attribute("artifact_location"))
}

/// The experiment 0 is the server's own.
pub(super) fn must_stay() -> Diagnostic {
    Diagnostic::error(
        "Default Experiment Must Stay",
        "The experiment 0 is where runs go that name no experiment, so it is not destroyed or \
         replaced. To stop managing it, use a removed block or \"terraform state rm\".",
    )
}

/// Where workspaces are on, the workspace says where artifacts go.
pub(super) fn location_is_the_workspaces() -> Diagnostic {
    Diagnostic::error(
        "Artifact Location Not Supported",
        "The server has workspaces enabled, and then experiments cannot say where their artifacts go. \
         Leave artifact_location out, and set default_artifact_root of the workspace instead.",
    )
    .at(Path::attribute("artifact_location"))
}
