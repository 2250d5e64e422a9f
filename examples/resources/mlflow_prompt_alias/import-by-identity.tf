import {
  to = mlflow_prompt_alias.production
  identity = {
    prompt_name = "fraud-summary"
    alias       = "production"
  }
}
