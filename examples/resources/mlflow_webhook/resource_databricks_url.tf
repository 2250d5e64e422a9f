variable "webhook_url" {
  type        = string
  description = "Where your receiver listens; on Databricks an https address."
}

variable "webhook_authorization" {
  type        = string
  sensitive   = true
  description = "What Databricks sends in the Authorization header, such as \"Bearer ...\"."
}

# Posts to a URL. On Databricks webhooks have no names, and one without model_name is about all
# models of the workspace's registry.
resource "mlflow_webhook" "url" {
  events      = ["TRANSITION_REQUEST_CREATED", "model_version.created"]
  description = "Tells the deployment system"

  http_url_spec {
    url           = var.webhook_url
    authorization = var.webhook_authorization
  }
}
