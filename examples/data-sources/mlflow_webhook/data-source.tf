variable "webhook_name" {
  type        = string
  description = "Name of a webhook that exists."
}

# By name; where a name is not unique, by id = "...".
data "mlflow_webhook" "deploy" {
  name = var.webhook_name
}

output "deploy_status" {
  value = data.mlflow_webhook.deploy.status
}

output "deploy_url" {
  value = one(data.mlflow_webhook.deploy.http_url_spec[*].url)
}
