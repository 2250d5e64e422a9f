# Finds model definitions that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=definitions.tf
list "mlflow_gateway_model_definition" "all" {
  provider = mlflow
  limit    = 5000
}
