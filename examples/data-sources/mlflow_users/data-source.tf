variable "team" {
  type        = string
  description = "Begins the names of the team's users."
}

data "mlflow_users" "of_team" {
  name_prefix = "${var.team}-"
}

output "members" {
  value = data.mlflow_users.of_team.usernames
}
