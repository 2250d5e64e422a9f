import {
  to = mlflow_user.ci
  id = "fraud-ci"
}
