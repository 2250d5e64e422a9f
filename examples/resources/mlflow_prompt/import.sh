terraform import mlflow_prompt.summary fraud-summary

# One that lives in another workspace than the provider's
terraform import mlflow_prompt.summary workspace=team-a/fraud-summary
