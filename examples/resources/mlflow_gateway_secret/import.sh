terraform import mlflow_gateway_secret.openai s-8ded52466deb4ecabfed901a9aa4fc65

# By its name
terraform import mlflow_gateway_secret.openai name:openai

# One that lives in another workspace than the provider's
terraform import mlflow_gateway_secret.openai workspace=team-a/name:openai
