import {
  to = mlflow_prompt_alias.production
  id = "fraud-summary@production"
}
