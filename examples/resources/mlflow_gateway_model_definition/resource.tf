variable "openai_api_key" {
  type      = string
  sensitive = true
}

variable "team" {
  type = string
}

resource "mlflow_gateway_secret" "openai" {
  name          = "${var.team}-openai"
  provider_name = "openai"
  secret_value  = { api_key = var.openai_api_key }
}

resource "mlflow_gateway_model_definition" "gpt_4o" {
  name          = "${var.team}-gpt-4o"
  secret_id     = mlflow_gateway_secret.openai.id
  provider_name = "openai"
  model_name    = "gpt-4o"

  # So it can be removed together with the endpoint's reference to it.
  lifecycle {
    create_before_destroy = true
  }
}
