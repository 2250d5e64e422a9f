//! Which servers have a type, told by its schema from what the code refuses by.

use crate::{api::Area, framework::schema::Schema};

/// The servers that have this area of the API: MLflow since a release, and Databricks workspaces or not.
pub(in crate::provider) fn by(area: &Area, schema: Schema) -> Schema {
    let schema = schema.server("MLflow", area.since.to_string());
    match area.on_databricks {
        true => schema.server("Databricks", ""),
        false => schema,
    }
}
