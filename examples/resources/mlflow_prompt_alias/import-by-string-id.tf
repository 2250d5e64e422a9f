import {
  to = mlflow_prompt_alias.production
  id = "risk-reply@production"
}
