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

# The small model answers when the large one does not.
resource "mlflow_gateway_endpoint" "chat" {
  name = "${var.team}-chat"

  model {
    model_definition_id = mlflow_gateway_model_definition.model["gpt-4o"].id
  }

  model {
    model_definition_id = mlflow_gateway_model_definition.model["gpt-4o-mini"].id
    linkage_type        = "FALLBACK"
    fallback_order      = 1
  }

  fallback = {
    max_attempts = 1
  }

  tags = { team = var.team }
}
