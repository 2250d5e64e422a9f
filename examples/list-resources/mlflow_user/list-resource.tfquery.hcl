# Finds users that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=access.tf
list "mlflow_user" "all" {
  provider = mlflow
  limit    = 5000
}
