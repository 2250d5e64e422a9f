terraform import mlflow_prompt_version.greeting fraud-greeting/7

# Of a prompt that lives in another workspace than the provider's
terraform import mlflow_prompt_version.greeting workspace=team-a/fraud-greeting/7
