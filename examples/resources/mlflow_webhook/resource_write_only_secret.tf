variable "webhook_url" {
  type = string
}

variable "webhook_secret" {
  type      = string
  ephemeral = true
}

# The secret is sent to MLflow and is neither in the plan nor in the state (Terraform 1.11 or
# later). Give secret_wo_version another value whenever the secret changes.
resource "mlflow_webhook" "audit" {
  name   = "audit"
  events = ["registered_model.created", "model_version.created"]

  http_url_spec {
    url               = var.webhook_url
    secret_wo         = var.webhook_secret
    secret_wo_version = 1
  }
}
