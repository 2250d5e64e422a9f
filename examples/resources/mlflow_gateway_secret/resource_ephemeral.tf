# A key out of another provider's ephemeral resource. Any will do: a vault's, a cloud's secret manager's.
# This one makes up a key, as for a model server of one's own.
ephemeral "mlflow_webhook_secret" "key" {}

variable "team" {
  type = string
}

resource "mlflow_gateway_secret" "own" {
  name          = "${var.team}-own-models"
  provider_name = "openai"

  secret_value_wo         = { api_key = ephemeral.mlflow_webhook_secret.key.value }
  secret_value_wo_version = 1
}
