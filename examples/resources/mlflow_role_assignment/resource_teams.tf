variable "workspace" {
  type        = string
  description = "The team's workspace; of other teams, add theirs to the map."
}

variable "username" {
  type        = string
  description = "A user who is known to the server."
}

locals {
  # Who does what, where.
  teams = {
    (var.workspace) = {
      reviewer  = { level = "READ", members = [var.username] }
      scientist = { level = "EDIT", members = [var.username] }
    }
  }

  roles = merge([
    for workspace, roles in local.teams : {
      for name, role in roles : "${workspace}/${name}" => merge(role, { workspace = workspace, name = name })
    }
  ]...)

  members = merge([
    for key, role in local.roles : { for member in role.members : "${key}/${member}" => { role = key, username = member } }
  ]...)
}

resource "mlflow_role" "all" {
  for_each = local.roles

  name      = each.value.name
  workspace = each.value.workspace

  dynamic "permission" {
    for_each = toset(["experiment", "registered_model", "prompt"])
    content {
      resource_type    = permission.value
      resource_pattern = "*"
      permission       = each.value.level
    }
  }
}

resource "mlflow_role_assignment" "all" {
  for_each = local.members

  role_id  = mlflow_role.all[each.value.role].id
  username = each.value.username
}
