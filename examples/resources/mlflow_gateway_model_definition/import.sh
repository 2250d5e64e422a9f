terraform import mlflow_gateway_model_definition.gpt_4o d-9b415383d2074b17b3ac7f63826019a3

# By its name
terraform import mlflow_gateway_model_definition.gpt_4o name:gpt-4o

# One that lives in another workspace than the provider's
terraform import mlflow_gateway_model_definition.gpt_4o workspace=team-a/name:gpt-4o
