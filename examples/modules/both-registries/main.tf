# The same module on an MLflow server and on a Databricks workspace.

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

variable "team" {
  type    = string
  default = "fraud"
}

variable "webhook_url" {
  type        = string
  description = "Where your receiver listens; Databricks wants an https address."
}

variable "webhook_secret" {
  type      = string
  sensitive = true
}

provider "mlflow" {
  alias        = "server"
  tracking_uri = var.tracking_uri
}

provider "mlflow" {
  alias = "workspace"
  databricks = {
    host  = var.databricks_host
    token = var.databricks_token
  }
}

module "on_mlflow" {
  source    = "./service"
  providers = { mlflow = mlflow.server }

  model      = "${var.team}-churn"
  experiment = "${var.team}/churn"
  # Only MLflow's webhooks have names.
  webhook = "${var.team}-new-models"
  url     = var.webhook_url
  secret  = var.webhook_secret
}

module "on_databricks" {
  source    = "./service"
  providers = { mlflow = mlflow.workspace }

  model = "${var.team}-churn"
  # Experiments of a workspace are files in its folders.
  experiment = "/Shared/${var.team}-churn"
  url        = var.webhook_url
  secret     = var.webhook_secret
}

output "ids" {
  value = [module.on_mlflow.ids, module.on_databricks.ids]
}
