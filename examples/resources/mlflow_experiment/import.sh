terraform import mlflow_experiment.churn 7

# By its name, which is all after the colon
terraform import mlflow_experiment.churn name:growth/churn

# One that lives in another workspace than the provider's
terraform import mlflow_experiment.churn workspace=team-a/7
