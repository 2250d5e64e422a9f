# The key never reaches plan or state. Change the version whenever the key changes.
variable "openai_api_key" {
  type      = string
  ephemeral = true
}

variable "team" {
  type = string
}

resource "mlflow_gateway_secret" "openai" {
  name          = "${var.team}-openai"
  provider_name = "openai"

  secret_value_wo         = { api_key = var.openai_api_key }
  secret_value_wo_version = 1
}
