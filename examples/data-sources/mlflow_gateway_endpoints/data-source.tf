variable "team" {
  type = string
}

data "mlflow_gateway_endpoints" "ours" {
  name_prefix = var.team
}

output "models" {
  value = {
    for endpoint in data.mlflow_gateway_endpoints.ours.endpoints :
    endpoint.name => endpoint.models[*].model_name
  }
}
