# Finds versions of the models whose names begin with "fraud-" (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=model_versions.tf
list "mlflow_model_version" "fraud" {
  provider = mlflow
  limit    = 5000

  config {
    name_prefix = "fraud-"
  }
}
