import {
  to = mlflow_workspace.team
  id = "team-a"
}
