variable "team" {
  type        = string
  description = "Names of this team's models begin with it."
}

variable "webhook_url" {
  type        = string
  description = "Where the team's CI takes deliveries."
}

data "mlflow_registered_models" "of_team" {
  name_prefix = "${var.team}-"
  tags        = { team = var.team }
}

# One webhook for each model of the team, whoever registered it.
resource "mlflow_webhook" "new_version" {
  for_each = toset(data.mlflow_registered_models.of_team.names)
  name     = "${each.key}-new-version"
  events   = ["model_version.created"]
  http_url_spec {
    url = "${var.webhook_url}?model=${urlencode(each.key)}"
  }
}
