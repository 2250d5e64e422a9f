import {
  to = mlflow_model_version.churn
  id = "fraud-churn/7"
}
