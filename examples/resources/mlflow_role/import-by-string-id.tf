import {
  to = mlflow_role.data_scientist
  id = "workspace=fraud/data-scientist"
}
