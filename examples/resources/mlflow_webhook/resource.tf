variable "webhook_url" {
  type        = string
  description = "Where your receiver listens."
}

variable "webhook_secret" {
  type        = string
  sensitive   = true
  description = "Signs each delivery; your receiver checks it."
}

# Starts a deployment for each new model version.
resource "mlflow_webhook" "deploy" {
  name        = "deploy-on-new-version"
  description = "Starts the deployment pipeline"
  events      = ["model_version.created"]

  http_url_spec {
    url    = var.webhook_url
    secret = var.webhook_secret
  }
}
