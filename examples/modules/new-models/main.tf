# Tells a team's receiver about new models and new versions.

terraform {
  required_providers {
    mlflow = {
      source = "mlflow-rs/mlflow"
    }
  }
}

variable "team" {
  type = string
}

variable "webhook_url" {
  type        = string
  description = "Where the team's receiver listens."
}

resource "mlflow_webhook" "new_models" {
  name        = "${var.team}-new-models"
  description = "New models and versions, for ${var.team}"
  events      = ["registered_model.created", "model_version.created"]

  http_url_spec {
    url = "${trimsuffix(var.webhook_url, "/")}/${var.team}"
  }
}

output "webhook_id" {
  value = mlflow_webhook.new_models.id
}
