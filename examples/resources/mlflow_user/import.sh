terraform import mlflow_user.ci fraud-ci
