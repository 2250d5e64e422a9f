variable "webhook_url" {
  type        = string
  description = "Where your receiver listens."
}

resource "mlflow_webhook" "deploy" {
  name   = "deploy-on-new-version"
  events = ["model_version.created"]

  http_url_spec {
    url = var.webhook_url
  }
}

# Warns at each plan and each apply when the receiver does not take a test delivery. Terraform
# reads data within a check again during the apply, so it never plans "no changes" exactly:
# -detailed-exitcode gives 2.
check "deliveries_arrive" {
  data "mlflow_webhook_test" "deploy" {
    webhook_id = mlflow_webhook.deploy.id
  }

  assert {
    condition     = data.mlflow_webhook_test.deploy.success
    error_message = "No delivery: ${data.mlflow_webhook_test.deploy.error_message}."
  }
}
