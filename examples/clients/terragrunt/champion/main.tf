variable "model" {
  type = object({ name = string, version = string })
}

variable "webhook_secret" {
  type      = string
  ephemeral = true
}

resource "mlflow_registered_model_alias" "champion" {
  model_name = var.model.name
  alias      = "champion"
  version    = var.model.version
}

resource "mlflow_webhook" "deploy" {
  name   = "deploy-${var.model.name}"
  events = ["model_version.created"]

  http_url_spec {
    url               = "https://ci.example.com/hooks/mlflow"
    secret_wo         = var.webhook_secret
    secret_wo_version = 1
  }
}
