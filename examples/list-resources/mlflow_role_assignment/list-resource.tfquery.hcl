# Finds role assignments that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=access.tf
list "mlflow_role_assignment" "all" {
  provider = mlflow
  limit    = 5000
}
