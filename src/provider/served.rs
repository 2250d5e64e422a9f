//! Which servers have a type, told by its schema from what the code refuses by.

use crate::{api::Area, framework::schema::Schema};

/// MLflow servers have it, since the release that has this area of the API.
pub(in crate::provider) fn by_mlflow(schema: Schema, area: &Area) -> Schema {
    schema.server("MLflow", area.since.to_string())
}

/// Databricks workspaces have it.
pub(in crate::provider) fn by_databricks(schema: Schema) -> Schema {
    schema.server("Databricks", "")
}
