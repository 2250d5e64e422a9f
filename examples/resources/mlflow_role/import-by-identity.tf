import {
  to = mlflow_role.data_scientist
  identity = {
    name      = "data-scientist"
    workspace = "fraud"
  }
}
