variable "endpoint" {
  type = string
}

data "mlflow_gateway_endpoint" "chat" {
  name = var.endpoint
}

# A budget holds on to the id, so it survives a new name of the endpoint. MLflow 3.15 and later.
resource "mlflow_gateway_budget_policy" "chat" {
  budget_amount = 50
  duration = {
    unit  = "DAYS"
    value = 1
  }
  target_scope  = "ENDPOINT"
  target_value  = data.mlflow_gateway_endpoint.chat.id
  budget_action = "REJECT"
}
