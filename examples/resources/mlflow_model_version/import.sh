terraform import mlflow_model_version.churn fraud-churn/7

# Of a model that lives in another workspace than the provider's
terraform import mlflow_model_version.churn workspace=team-a/fraud-churn/7
