import {
  to = mlflow_prompt.summary
  identity = {
    name = "fraud-summary"
  }
}
