# Finds roles that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=access.tf
list "mlflow_role" "all" {
  provider = mlflow
  limit    = 5000
}
