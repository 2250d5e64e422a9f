import {
  to = mlflow_experiment.churn
  id = "name:growth/churn"
}
