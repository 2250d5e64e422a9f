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

resource "mlflow_gateway_model_definition" "model" {
  for_each = toset(["gpt-4o", "gpt-4o-mini"])

  name          = "${var.team}-${each.key}"
  secret_id     = mlflow_gateway_secret.openai.id
  provider_name = "openai"
  model_name    = each.key

  lifecycle {
    create_before_destroy = true
  }
}

# A tenth of the traffic goes to the small model.
resource "mlflow_gateway_endpoint" "chat" {
  name             = "${var.team}-split"
  routing_strategy = "REQUEST_BASED_TRAFFIC_SPLIT"

  model {
    model_definition_id = mlflow_gateway_model_definition.model["gpt-4o"].id
    weight              = 0.9
  }

  model {
    model_definition_id = mlflow_gateway_model_definition.model["gpt-4o-mini"].id
    weight              = 0.1
  }
}
