import {
  to = mlflow_registered_model.churn
  id = "fraud-churn"
}
