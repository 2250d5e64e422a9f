//! MoveState: what Databricks' own provider manages, taken over from its state.

use crate::framework::{Diagnostic, Diagnostics, Imported, MoveSource, Private};

/// The provider without its host, which may be any registry's.
const PROVIDER: &str = "databricks/databricks";

/// The state of a type of Databricks' own provider, as `read` takes it; `None` when it is of another.
pub(in crate::provider) fn from_databricks<R>(
    source: &MoveSource<'_>,
    type_name: &str,
    read: impl FnOnce(&serde_json::Value) -> R,
) -> Option<Result<Imported<R>, Diagnostics>> {
    let (_, provider) = source.provider.split_once('/')?;
    if provider != PROVIDER || source.type_name != type_name {
        return None;
    }
    if source.version != 0 {
        return Some(Err(unknown_version(type_name, source.version)));
    }
    Some(Ok(Imported {
        state: read(source.state),
        private: Private::default(),
    }))
}

fn unknown_version(type_name: &str, version: i64) -> Diagnostics {
    Diagnostic::error(
        "Unknown State Version",
        format!(
            "The state was written under schema version {version} of {type_name}, and only version \
             0 is known. Remove the \"moved\" block and import the object instead."
        ),
    )
    .into()
}
