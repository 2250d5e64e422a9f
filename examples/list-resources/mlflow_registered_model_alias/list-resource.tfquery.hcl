# Finds what was made without Terraform (Terraform 1.14 or later):
#
#   terraform query -generate-config-out=aliases.tf
list "mlflow_registered_model_alias" "all" {
  provider = mlflow
  limit    = 1000
}
