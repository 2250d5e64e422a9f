terraform import mlflow_prompt_alias.production risk-reply@production

# Of a prompt that lives in another workspace than the provider's
terraform import mlflow_prompt_alias.production workspace=team-a/risk-reply@production
