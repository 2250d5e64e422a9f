//! The kinds of server there are.

/// Which kind of server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistryKind {
    /// An MLflow server.
    Mlflow,
    /// The model registry of a Databricks workspace.
    Databricks,
}

impl RegistryKind {
    /// Whether a change of a webhook's target must hold all of it, also what does not change:
    /// Databricks does not say what becomes of fields that are left out.
    #[must_use]
    pub const fn updates_whole_targets(self) -> bool {
        matches!(self, Self::Databricks)
    }
}
