terraform import mlflow_permission.serving serving/registered_model/churn

# One in another workspace than the provider's, and on a name with a slash
terraform import mlflow_permission.serving workspace=fraud/serving/scorer/7%2Fcorrectness
