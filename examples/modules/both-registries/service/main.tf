# What a service needs of a registry, on either of them: a model, the experiment that it is trained under,
# and a receiver that hears of new models and new versions. Both registries have these events, and either
# spelling of them will do.

terraform {
  required_providers {
    mlflow = {
      source = "mlflow-rs/mlflow"
    }
  }
}

variable "model" {
  type = string
}

variable "experiment" {
  type        = string
  description = "In a Databricks workspace an absolute path."
}

variable "webhook" {
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

resource "mlflow_registered_model" "this" {
  name        = var.model
  description = "Who leaves"
  tags        = { experiment = var.experiment }
}

resource "mlflow_experiment" "this" {
  name        = var.experiment
  description = "Trains ${mlflow_registered_model.this.name}"
  tags        = { model = mlflow_registered_model.this.name }
}

resource "mlflow_webhook" "this" {
  name        = var.webhook
  description = "New models and new versions"
  events      = ["registered_model.created", "MODEL_VERSION_CREATED"]

  http_url_spec {
    url    = var.url
    secret = var.secret
  }
}

output "ids" {
  value = {
    experiment = mlflow_experiment.this.id
    webhook    = mlflow_webhook.this.id
  }
}
