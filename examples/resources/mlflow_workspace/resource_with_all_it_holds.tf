variable "team" {
  type        = string
  description = "Name of the team."
}

variable "webhook_url" {
  type        = string
  description = "Where the team's CI takes deliveries."
}

# One provider block makes the workspace and everything in it. Destroying takes all of it along, also
# what others have logged: without CASCADE the experiments, which MLflow deletes softly, would keep it.
resource "mlflow_workspace" "team" {
  name          = var.team
  description   = "All that the team trains and serves"
  deletion_mode = "CASCADE"
}

resource "mlflow_experiment" "all" {
  for_each = toset(["churn", "fraud"])

  workspace = mlflow_workspace.team.name
  name      = each.key
}

resource "mlflow_registered_model" "churn" {
  workspace = mlflow_workspace.team.name
  name      = "churn"
}

resource "mlflow_webhook" "new_version" {
  workspace = mlflow_workspace.team.name
  name      = "new-version"
  events    = ["model_version.created"]

  http_url_spec {
    url = var.webhook_url
  }
}
