terraform import mlflow_workspace.team team-a
