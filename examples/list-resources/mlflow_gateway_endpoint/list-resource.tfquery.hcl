# Finds endpoints that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=endpoints.tf
list "mlflow_gateway_endpoint" "all" {
  provider = mlflow
  limit    = 5000
}
