# By its name; in another workspace than the provider's, by workspace=TEAM/NAME
terraform import mlflow_registered_model.churn churn
