# A key that another team looks after: whoever may use it needs no more than its id.
variable "openai_secret" {
  type = string
}

variable "team" {
  type = string
}

data "mlflow_gateway_secret" "openai" {
  name = var.openai_secret
}

resource "mlflow_gateway_model_definition" "gpt_4o" {
  name          = "${var.team}-gpt-4o"
  secret_id     = data.mlflow_gateway_secret.openai.id
  provider_name = data.mlflow_gateway_secret.openai.provider_name
  model_name    = "gpt-4o"
}
