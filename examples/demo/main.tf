terraform {
  required_providers {
    mlflow = {
      source = "mlflow-rs/mlflow"
    }
  }
}

variable "tracking_uri" {
  type        = string
  description = "Where the MLflow server is."
}

variable "receiver" {
  type        = string
  description = "Where deliveries go."
}

variable "secret" {
  type        = string
  sensitive   = true
  description = "Signs the deliveries."
}

provider "mlflow" {
  tracking_uri = var.tracking_uri
}

resource "mlflow_webhook" "deploy" {
  name        = "deploy-on-new-version"
  description = "Starts the deployment pipeline"
  events      = ["registered_model.created", "model_version.created"]

  http_url_spec {
    url    = var.receiver
    secret = var.secret
  }
}
