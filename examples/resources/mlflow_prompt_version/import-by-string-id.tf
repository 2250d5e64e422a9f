import {
  to = mlflow_prompt_version.greeting
  id = "fraud-greeting/7"
}
