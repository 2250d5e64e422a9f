import {
  to = mlflow_prompt_alias.production
  identity = {
    prompt_name = "risk-reply"
    alias       = "production"
  }
}
