# Every webhook that fires for new model versions.
data "mlflow_webhooks" "on_new_version" {
  events = ["model_version.created"]
  status = "ACTIVE"
}

output "receivers_of_new_versions" {
  value = {
    for it in data.mlflow_webhooks.on_new_version.webhooks :
    it.id => it.http_url_spec.url if it.http_url_spec != null
  }
}
