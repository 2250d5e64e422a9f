import {
  to = mlflow_registered_model_alias.champion
  identity = {
    model_name = "fraud-churn"
    alias      = "champion"
  }
}
