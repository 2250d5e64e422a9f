variable "model_definition" {
  type = string
}

variable "team" {
  type = string
}

data "mlflow_gateway_model_definition" "shared" {
  name = var.model_definition
}

resource "mlflow_gateway_endpoint" "chat" {
  name = "${var.team}-chat"

  model {
    model_definition_id = data.mlflow_gateway_model_definition.shared.id
  }
}
