//! What is said of versions: where they stay, and how their registration ended.

use crate::{
    api::model_versions::{ModelVersion, VersionKey},
    framework::{Diagnostic, Path},
};

/// The name of what it is a version of changed, and not by a rename. `owner`: the argument.
pub(super) fn cannot_move(owner: &'static str, old: &VersionKey, new: &VersionKey) -> Diagnostic {
    Diagnostic::error(
        "Version Cannot Move",
        format!(
            "{owner} became {:?}, and that is not what {:?} was renamed to: version {} there is not \
             {old}. A version stays where it was made. Set {owner} back, or make a new version with \
             \"terraform apply -replace=ADDRESS\".",
            new.model, old.model, new.version
        ),
    )
    .at(Path::attribute(owner))
}

/// The registry could not take the files of a new version.
pub(super) fn registration_failed(version: &ModelVersion) -> Diagnostic {
    let told = version.status_message.as_ref();
    let told = told.map_or_else(String::new, |words| {
        format!("\n\nThe registry says: {words}")
    });
    Diagnostic::error(
        "Registration Failed",
        format!(
            "The registry could not take the files of the new version {}, and what was made of it is \
             removed again. Check that source names them, and that the registry may read them.{told}",
            version.key
        ),
    )
}

/// A version of which that is known since an earlier apply.
pub(super) fn never_ready() -> Diagnostic {
    Diagnostic::warning(
        "Version Never Ready",
        "The registry could not take the files of this version: its status is FAILED_REGISTRATION, and \
         stays so. Make another one with \"terraform apply -replace=ADDRESS\".",
    )
}

/// Waiting is over, and the registration goes on.
pub(super) fn still_pending(key: &VersionKey) -> Diagnostic {
    Diagnostic::warning(
        "Version Still Pending",
        format!(
            "The registry is still taking the files of {key} (PENDING_REGISTRATION), and that is not waited \
             for any longer. The version is in state; the next refresh shows what became of it."
        ),
    )
}
