import {
  to = mlflow_registered_model_alias.champion
  id = "fraud-churn@champion"
}
