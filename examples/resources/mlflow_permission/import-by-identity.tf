import {
  to = mlflow_permission.serving
  identity = {
    username      = "serving"
    resource_type = "registered_model"
    resource_id   = "churn"
    workspace     = "fraud"
  }
}
