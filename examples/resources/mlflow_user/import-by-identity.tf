import {
  to = mlflow_user.ci
  identity = {
    username = "fraud-ci"
  }
}
