provider "mlflow" {
  tracking_uri = "{{address}}"
}

resource "mlflow_webhook" "it" {
  name        = "{{name}}"
  events      = ["prompt.created"]
  description = "Kept nowhere"

  http_url_spec {
    url               = "http://127.0.0.1:9/hook"
    secret_wo         = "s3cret"
    secret_wo_version = 3
  }
}
