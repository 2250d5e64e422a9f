variable "webhook_url" {
  type = string
}

locals {
  receivers = {
    tags    = ["model_version_tag.set", "model_version_tag.deleted"]
    aliases = ["model_version_alias.created", "model_version_alias.deleted"]
    prompts = ["prompt.created", "prompt_version.created"]
  }
}

# One webhook for each kind of change; the path tells the receiver which.
resource "mlflow_webhook" "changes" {
  for_each = local.receivers

  name   = "changes-${each.key}"
  events = each.value

  http_url_spec {
    url = "${var.webhook_url}/${each.key}"
  }
}
