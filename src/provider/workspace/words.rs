//! What is said of workspaces that stay, go with all they hold, or are not to be had.

use crate::{
    framework::{Diagnostic, Path},
    provider::explain::TOO_OLD,
};

/// The workspace that every server has cannot be deleted.
pub(super) fn stays() -> Diagnostic {
    Diagnostic::warning(
        "Default Workspace Stays",
        "The workspace default is the server's own and is not deleted. It goes from the state, and \
         stays as it is.",
    )
}

/// Everything in it is deleted for good.
pub(super) fn goes_with_everything(name: &str) -> Diagnostic {
    Diagnostic::warning(
        "Everything in the Workspace Goes Along",
        format!(
            "The deletion_mode of the workspace {name:?} is CASCADE: all its experiments, runs, traces, \
             models and whatever else it holds are deleted for good, whoever made them. Only artifacts \
             stay where they are."
        ),
    )
}

/// The server runs without any.
pub(super) fn not_enabled() -> Diagnostic {
    Diagnostic::error(
        "Workspaces Not Enabled",
        "The server runs without workspaces, so none can be made. Start it with --enable-workspaces, \
         or remove this resource.",
    )
}

/// An older server takes it, and keeps nothing of it.
pub(super) fn archives_nothing(version: &str) -> Diagnostic {
    Diagnostic::error(
        TOO_OLD,
        format!(
            "The server is MLflow {version}, and workspaces say what becomes of their traces since MLflow \
             3.13: upgrade the server, or leave trace_archival out."
        ),
    )
    .at(Path::attribute("trace_archival"))
}
