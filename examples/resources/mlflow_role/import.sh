terraform import mlflow_role.data_scientist data-scientist

# One that holds in another workspace than the provider's
terraform import mlflow_role.data_scientist workspace=fraud/data-scientist
