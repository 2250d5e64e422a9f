variable "team" {
  type        = string
  description = "Names of this team's experiments begin with it."
}

data "mlflow_experiments" "of_team" {
  name_prefix = "${var.team}/"
  tags        = { owner = var.team }
}

# What was deleted and can still be restored.
data "mlflow_experiments" "deleted" {
  name_prefix     = "${var.team}/"
  lifecycle_stage = "deleted"
}

output "experiments" {
  value = { for it in data.mlflow_experiments.of_team.experiments : it.name => it.id }
}

output "deleted" {
  value = data.mlflow_experiments.deleted.experiments[*].name
}
