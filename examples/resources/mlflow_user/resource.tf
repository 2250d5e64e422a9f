variable "team" {
  type        = string
  description = "Begins the names of the team's users."
}

variable "password" {
  type        = string
  description = "At least 12 characters."
  ephemeral   = true
}

# The password reaches the server, and neither plan nor state. A higher version sends it again.
resource "mlflow_user" "ci" {
  username            = "${var.team}-ci"
  password_wo         = var.password
  password_wo_version = 1
}
