# Finds experiments that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=experiments.tf
list "mlflow_experiment" "all" {
  provider = mlflow
  limit    = 5000

  config {
    name_prefix = "growth/"
  }
}
