variable "workspace" {
  type        = string
  description = "The team's workspace."
}

data "mlflow_roles" "of_team" {
  workspace = var.workspace
}

output "who_may_what" {
  value = {
    for role in data.mlflow_roles.of_team.roles : role.name => [
      for it in role.permissions : "${it.permission} on ${it.resource_type} ${it.resource_pattern}"
    ]
  }
}
