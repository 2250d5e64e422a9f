import {
  to = mlflow_gateway_secret.openai
  identity = {
    id = "s-8ded52466deb4ecabfed901a9aa4fc65"
  }
}
