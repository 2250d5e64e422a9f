import {
  to = mlflow_prompt.summary
  id = "fraud-summary"
}
