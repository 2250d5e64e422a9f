variable "team" {
  type        = string
  description = "Names of this team's webhooks begin with it."
}

# Every webhook of a team that fires for new model versions or new models.
data "mlflow_webhooks" "of_team" {
  name_regex = "^${var.team}-"
  events     = ["model_version.created", "registered_model.created"]
  status     = "ACTIVE"
}

output "receivers" {
  value = {
    for it in data.mlflow_webhooks.of_team.webhooks :
    it.name => it.http_url_spec.url if it.http_url_spec != null
  }
}
