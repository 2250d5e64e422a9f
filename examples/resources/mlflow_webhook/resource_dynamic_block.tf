variable "webhook_url" {
  type = string
}

variable "paused" {
  type    = bool
  default = false
}

# The URL is only known once something else has been made.
resource "terraform_data" "receiver" {
  input = { url = var.webhook_url }
}

resource "mlflow_webhook" "late" {
  name   = "late-receiver"
  events = ["model_version.created"]
  status = var.paused ? "DISABLED" : "ACTIVE"

  dynamic "http_url_spec" {
    for_each = [terraform_data.receiver.output]
    content {
      url = http_url_spec.value.url
    }
  }
}
