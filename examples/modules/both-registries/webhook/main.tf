# Tells a receiver about new models and new versions, on either registry: both have these events,
# and either spelling of them will do.

terraform {
  required_providers {
    mlflow = {
      source = "mlflow-rs/mlflow"
    }
  }
}

variable "name" {
  type        = string
  default     = null
  description = "Needed on an MLflow server; a Databricks workspace has no names of webhooks."
}

variable "url" {
  type = string
}

variable "secret" {
  type      = string
  sensitive = true
}

resource "mlflow_webhook" "this" {
  name        = var.name
  description = "New models and new versions"
  events      = ["registered_model.created", "MODEL_VERSION_CREATED"]

  http_url_spec {
    url    = var.url
    secret = var.secret
  }
}

output "id" {
  value = mlflow_webhook.this.id
}
