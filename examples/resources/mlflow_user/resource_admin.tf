variable "team" {
  type        = string
  description = "Begins the names of the team's users."
}

variable "initial_password" {
  type        = string
  description = "At least 12 characters; whoever it is for changes it at the first login."
  sensitive   = true
}

resource "mlflow_user" "lead" {
  username = "${var.team}-lead"
  password = var.initial_password
  is_admin = true
}
