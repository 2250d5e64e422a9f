variable "username" {
  type        = string
  description = "A user who is known to the server."
}

variable "workspace" {
  type        = string
  description = "The team's workspace."
}

# The server makes this role with each workspace.
data "mlflow_role" "user" {
  name      = "user"
  workspace = var.workspace
}

resource "mlflow_role_assignment" "member" {
  role_id  = data.mlflow_role.user.id
  username = var.username
}
