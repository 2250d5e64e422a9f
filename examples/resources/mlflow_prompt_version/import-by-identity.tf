import {
  to = mlflow_prompt_version.greeting
  identity = {
    prompt_name = "fraud-greeting"
    version     = "7"
  }
}
