import {
  to = mlflow_gateway_endpoint.chat
  identity = {
    id = "e-6a7a4be4f27f4a3f9035b9c4bcadaf5f"
  }
}
