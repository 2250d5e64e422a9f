variable "team" {
  type        = string
  description = "Names of this team's webhooks begin with it."
}

data "mlflow_webhooks" "of_team" {
  name_regex = "^${var.team}-"
}

# A webhook that nobody switched on again is probably forgotten.
check "no_forgotten_webhooks" {
  assert {
    condition     = alltrue([for it in data.mlflow_webhooks.of_team.webhooks : it.status == "ACTIVE"])
    error_message = "Some webhooks of ${var.team} are not active."
  }
}
