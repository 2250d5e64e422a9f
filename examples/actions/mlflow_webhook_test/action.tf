variable "webhook_url" {
  type        = string
  description = "Where your receiver listens."
}

# Proves once per change that deliveries arrive (Terraform 1.16 or later).
resource "mlflow_webhook" "deploy" {
  name   = "deploy-on-new-version"
  events = ["model_version.created"]

  http_url_spec {
    url = var.webhook_url
  }

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.mlflow_webhook_test.deploy]
    }
  }
}

# Also by hand: terraform apply -invoke=action.mlflow_webhook_test.deploy
action "mlflow_webhook_test" "deploy" {
  config {
    webhook_id = caller.id
  }
}
