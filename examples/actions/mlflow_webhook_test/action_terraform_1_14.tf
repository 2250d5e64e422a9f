variable "webhook_url" {
  type        = string
  description = "Where your receiver listens."
}

# Terraform 1.14 and 1.15 have no "caller"; there the action names the webhook that triggers it.
# 1.16 still takes this, with a warning.
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

action "mlflow_webhook_test" "deploy" {
  config {
    webhook_id = mlflow_webhook.deploy.id
  }
}

# An action that nothing triggers can be run by hand with either:
# terraform apply -invoke=action.mlflow_webhook_test.by_hand
action "mlflow_webhook_test" "by_hand" {
  config {
    webhook_id = mlflow_webhook.deploy.id
  }
}
