//! What is said of experiments that are deleted, restored, or must stay.

use crate::{
    api::{ServerKind, experiments::Experiment},
    framework::{Diagnostic, Path},
};

/// An experiment in state was deleted elsewhere.
pub(super) fn was_deleted(experiment: &Experiment, on: ServerKind) -> Diagnostic {
    Diagnostic::warning("Experiment Was Deleted", ways_out(experiment, on))
}

/// A deleted experiment is where another is wanted, or is to be imported.
pub(super) fn is_deleted(experiment: &Experiment, on: ServerKind) -> Diagnostic {
    Diagnostic::error("Experiment Is Deleted", ways_out(experiment, on))
}

fn ways_out(experiment: &Experiment, on: ServerKind) -> String {
    let Experiment { id, name, .. } = experiment;
    let (keeps, anew) = match on {
        ServerKind::Mlflow => (
            "keeps its name, and cannot",
            format!(
                "choose another name, or remove the deleted one for good on the server, with \"mlflow gc \
                 --experiment-ids {id}\""
            ),
        ),
        ServerKind::Databricks => (
            "cannot",
            "apply without restore_deleted. A deleted experiment keeps no name from others"
                .to_owned(),
        ),
    };
    let back = match experiment.is_in_trash() {
        true => from_trash(id),
        false => format!(
            "set restore_deleted = true, and apply. The apply restores the experiment {id} and brings it \
             to the configuration"
        ),
    };
    format!(
        "The experiment {id}, named {name:?}, was deleted, and can be restored; until then it {keeps} \
         be managed or imported. There are two ways out.\n\n\
         To have it back, with its runs: {back}.\n\n\
         To have a new one: {anew}."
    )
}

/// By its name it is not found there.
fn from_trash(id: &str) -> String {
    format!(
        "restore it in the workspace, such as with \"databricks experiments restore-experiment {id}\", \
         and import it by its id"
    )
}

/// In a Databricks workspace a name is a path.
pub(super) fn is_no_path(name: &str) -> Diagnostic {
    Diagnostic::error(
        "Experiment Name Not a Path",
        format!(
            "In a Databricks workspace the name of an experiment is an absolute path, such as \
             \"/Users/USER/{name}\" or \"/Shared/{name}\"."
        ),
    )
    .at(Path::attribute("name"))
}

/// Tags would have to be removed where no call does so.
pub(super) fn tags_stay(removed: &[String]) -> Option<Diagnostic> {
    let detail = format!(
        "A Databricks workspace has no call that removes a tag of an experiment, and these would have to \
         go: {}. Keep them in tags, with an empty value if need be; or leave tags out, and none is \
         touched.",
        removed.join(", ")
    );
    let problem = Diagnostic::error("Tags Cannot Be Removed", detail);
    (!removed.is_empty()).then(|| problem.at(Path::attribute("tags")))
}

/// Which one to restore, nobody said.
pub(super) fn several_are_deleted(all: &[Experiment]) -> Diagnostic {
    let ids: Vec<_> = all.iter().map(|it| it.id.as_str()).collect();
    Diagnostic::error(
        "Several Deleted Experiments",
        format!(
            "The workspace has several deleted experiments of this name: {}. Restore the one that is \
             meant in the workspace, and import it; or set restore_deleted = false for a new one.",
            ids.join(", ")
        ),
    )
    .at(Path::attribute("restore_deleted"))
}

/// One that is to be restored cannot be told by its name.
pub(super) fn may_be_in_trash(all: &[Experiment]) -> Diagnostic {
    let each = all.iter().map(|it| format!("{} ({})", it.id, it.name));
    let ids: Vec<_> = each.collect();
    Diagnostic::error(
        "Deleted Experiment in Trash",
        format!(
            "The workspace keeps a deleted experiment under another name, in the trash, and this may be the \
             one that restore_deleted means: {}. If it is, {}; else set restore_deleted = false for a new \
             one.",
            ids.join(", "),
            from_trash("ID")
        ),
    )
    .at(Path::attribute("restore_deleted"))
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

/// In a Databricks workspace a notebook has an experiment of its own.
pub(super) fn is_of_notebook() -> Diagnostic {
    Diagnostic::error(
        "Experiment of a Notebook",
        "The experiment belongs to a notebook of the Databricks workspace, and its destruction would move the \
         notebook to the trash. So it is neither imported nor destroyed. Read it with the data source \
         mlflow_experiment. To stop managing it, use a removed block or \"terraform state rm\".",
    )
}

/// They are no matter of a configuration.
pub(super) fn notebooks_are_left_out(count: usize) -> Diagnostic {
    Diagnostic::warning(
        "Experiments of Notebooks",
        format!(
            "The Databricks workspace has {count} that belong to notebooks, and these are left out: they come \
             and go with their notebooks."
        ),
    )
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
