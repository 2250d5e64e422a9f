import {
  to = mlflow_model_version.churn
  identity = {
    model_name = "fraud-churn"
    version    = "7"
  }
}
