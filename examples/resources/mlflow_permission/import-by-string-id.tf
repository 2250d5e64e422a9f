import {
  to = mlflow_permission.serving
  id = "workspace=fraud/serving/registered_model/churn"
}
