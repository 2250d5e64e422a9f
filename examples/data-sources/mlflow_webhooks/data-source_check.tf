variable "team" {
  type        = string
  description = "Names of this team's webhooks begin with it."
}

# All webhooks of one team, whatever they fire for.
data "mlflow_webhooks" "team" {
  name_regex = "^${var.team}-"
}

# Each must be of use: a webhook that nobody switched on again is probably forgotten.
check "no_forgotten_webhooks" {
  assert {
    condition     = alltrue([for it in data.mlflow_webhooks.team.webhooks : it.status == "ACTIVE"])
    error_message = "Some webhooks of ${var.team} are not active."
  }
}
