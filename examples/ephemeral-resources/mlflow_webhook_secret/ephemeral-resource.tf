variable "webhook_url" {
  type        = string
  description = "Where your receiver listens."
}

# Neither the plan nor the state holds it (Terraform 1.11 or later).
ephemeral "mlflow_webhook_secret" "deploy" {
  length = 32
}

# The secret of the apply that creates the webhook is the one that signs. Another value of
# secret_wo_version makes the next apply send a new one.
resource "mlflow_webhook" "deploy" {
  name   = "deploy-on-new-version"
  events = ["model_version.created"]

  http_url_spec {
    url               = var.webhook_url
    secret_wo         = ephemeral.mlflow_webhook_secret.deploy.value
    secret_wo_version = 1
  }
}

# Give the receiver the same value in the same apply, such as:
#
# resource "aws_secretsmanager_secret_version" "deploy" {
#   secret_id                = aws_secretsmanager_secret.deploy.id
#   secret_string_wo         = ephemeral.mlflow_webhook_secret.deploy.value
#   secret_string_wo_version = 1
# }
