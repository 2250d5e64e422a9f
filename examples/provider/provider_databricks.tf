# A Databricks workspace, by what Databricks' own tools find in the environment and in
# ~/.databrickscfg. Whatever is set here comes first.
provider "mlflow" {
  alias = "workspace"

  databricks = {
    host = "https://dbc-a1b2c3d4-e5f6.cloud.databricks.com"
  }
}
