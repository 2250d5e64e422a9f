# Finds workspaces that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=workspaces.tf
list "mlflow_workspace" "all" {
  provider = mlflow
  limit    = 5000
}
