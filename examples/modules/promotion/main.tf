# Promotes a version of a model from one registry to another: here from an MLflow server, where it was trained
# and approved, to a Databricks workspace, where it serves. Two MLflow servers, or two workspaces, are two
# other provider blocks and nothing else.

terraform {
  required_providers {
    mlflow = {
      source = "mlflow-rs/mlflow"
    }
  }
}

variable "tracking_uri" {
  type        = string
  description = "Address of the MLflow server."
}

variable "databricks_host" {
  type        = string
  description = "Address of the Databricks workspace."
}

variable "databricks_token" {
  type      = string
  sensitive = true
}

variable "model" {
  type        = string
  description = "Name of the model, on both."
}

variable "approved" {
  type        = string
  description = "The number of the version that is approved. A pull request that changes it asks for approval."
}

provider "mlflow" {
  alias        = "staging"
  tracking_uri = var.tracking_uri
}

provider "mlflow" {
  alias = "production"
  databricks = {
    host  = var.databricks_host
    token = var.databricks_token
  }
}

data "mlflow_model_version" "approved" {
  provider   = mlflow.staging
  model_name = var.model
  version    = var.approved
}

resource "mlflow_registered_model" "production" {
  provider      = mlflow.production
  name          = var.model
  description   = "Promoted by pull requests"
  force_destroy = true
}

# The files stay where they are, so both registries must be able to read them. The version that was promoted
# before stays as it is: it is what one goes back to.
resource "mlflow_model_version" "promoted" {
  provider    = mlflow.production
  model_name  = mlflow_registered_model.production.name
  source      = data.mlflow_model_version.approved.source
  description = data.mlflow_model_version.approved.description

  tags = {
    staging_version = data.mlflow_model_version.approved.version
  }
}

output "production_version" {
  value = mlflow_model_version.promoted.version
}
