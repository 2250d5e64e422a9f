terraform import mlflow_registered_model_alias.champion fraud-churn@champion

# Of a model that lives in another workspace than the provider's
terraform import mlflow_registered_model_alias.champion workspace=team-a/fraud-churn@champion
