# Finds secrets that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=secrets.tf
list "mlflow_gateway_secret" "all" {
  provider = mlflow
  limit    = 5000
}
