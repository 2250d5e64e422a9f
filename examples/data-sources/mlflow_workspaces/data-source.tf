variable "team" {
  type        = string
  description = "Names of this team's workspaces begin with it."
}

data "mlflow_workspaces" "all" {}

# The same experiment in each workspace of the team, whoever made the workspaces.
resource "mlflow_experiment" "shared" {
  for_each = toset([for name in data.mlflow_workspaces.all.names : name if startswith(name, "${var.team}-")])

  workspace = each.key
  name      = "shared"
}
