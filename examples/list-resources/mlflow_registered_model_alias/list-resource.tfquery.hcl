# Finds aliases that were set without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=aliases.tf
list "mlflow_registered_model_alias" "all" {
  provider = mlflow
  limit    = 5000
}
