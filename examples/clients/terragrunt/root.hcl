# What all units share: the provider, and which server it asks.
generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<-EOT
    terraform {
      required_providers {
        mlflow = {
          source = "mlflow-rs/mlflow"
        }
      }
    }

    provider "mlflow" {
      tracking_uri = "${get_env("MLFLOW_TRACKING_URI")}"
    }
  EOT
}
