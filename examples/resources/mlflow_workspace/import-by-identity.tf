import {
  to = mlflow_workspace.team
  identity = {
    name = "team-a"
  }
}
