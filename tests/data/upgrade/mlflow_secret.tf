provider "mlflow" {
  tracking_uri = "{{address}}"
}

resource "mlflow_webhook" "it" {
  name        = "{{name}}"
  events      = ["model_version.created", "REGISTERED_MODEL_CREATED"]
  description = ""
  status      = "DISABLED"

  http_url_spec {
    url    = "http://127.0.0.1:9/hook"
    secret = "s3cret"
  }
}
