//! The kinds of server there are.

/// Which kind of server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerKind {
    /// An MLflow server.
    Mlflow,
    /// A Databricks workspace.
    Databricks,
}
