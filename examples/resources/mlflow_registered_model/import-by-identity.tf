import {
  to = mlflow_registered_model.churn
  identity = {
    name = "fraud-churn"
  }
}
