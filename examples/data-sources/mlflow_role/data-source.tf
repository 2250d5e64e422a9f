variable "workspace" {
  type        = string
  description = "The team's workspace."
}

variable "username" {
  type        = string
  description = "A user who is known to the server."
}

# The server makes the roles admin and user with each workspace.
data "mlflow_role" "user" {
  name      = "user"
  workspace = var.workspace
}

resource "mlflow_role_assignment" "member" {
  role_id  = data.mlflow_role.user.id
  username = var.username
}
