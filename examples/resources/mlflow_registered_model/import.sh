terraform import mlflow_registered_model.churn fraud-churn

# One that lives in another workspace than the provider's
terraform import mlflow_registered_model.churn workspace=team-a/fraud-churn
