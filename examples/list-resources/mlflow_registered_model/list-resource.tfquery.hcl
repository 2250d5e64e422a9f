# Finds models that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=models.tf
list "mlflow_registered_model" "all" {
  provider = mlflow
  limit    = 5000
}
