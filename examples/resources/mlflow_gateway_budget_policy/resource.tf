# A monthly budget, and a webhook that hears when it is exceeded.
variable "webhook_url" {
  type = string
}

variable "webhook_secret" {
  type      = string
  sensitive = true
}

variable "team" {
  type = string
}

resource "mlflow_gateway_budget_policy" "monthly" {
  budget_amount = 500
  duration = {
    unit  = "MONTHS"
    value = 1
  }
  target_scope  = "GLOBAL"
  budget_action = "ALERT"
}

resource "mlflow_webhook" "budget" {
  name   = "${var.team}-budget"
  events = ["budget_policy.exceeded"]

  http_url_spec {
    url    = var.webhook_url
    secret = var.webhook_secret
  }
}
