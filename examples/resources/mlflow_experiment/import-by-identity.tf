import {
  to = mlflow_experiment.churn
  identity = {
    id = "7"
  }
}
