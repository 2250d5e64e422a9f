# Finds webhooks that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=webhooks.tf
list "mlflow_webhook" "deploy" {
  provider = mlflow

  config {
    events     = ["model_version.created"]
    name_regex = "^deploy-"
  }
}

# All of them; the host stops at 100 unless told otherwise.
list "mlflow_webhook" "all" {
  provider = mlflow
  limit    = 5000
}
