terraform import mlflow_gateway_endpoint.chat e-6a7a4be4f27f4a3f9035b9c4bcadaf5f

# By its name
terraform import mlflow_gateway_endpoint.chat name:chat

# One that lives in another workspace than the provider's
terraform import mlflow_gateway_endpoint.chat workspace=team-a/name:chat
