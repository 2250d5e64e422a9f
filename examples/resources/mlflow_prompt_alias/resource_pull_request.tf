variable "team" {
  type        = string
  description = "Who the prompt is of."
}

# The number that a pull request changes: its review is the review of what production loads.
locals {
  production = "1"
}

resource "mlflow_prompt" "reply" {
  name          = "${var.team}-reply"
  force_destroy = true
}

resource "mlflow_prompt_version" "reply" {
  prompt_name = mlflow_prompt.reply.name
  template    = "Reply politely to: {{ message }}"
}

resource "mlflow_prompt_alias" "production" {
  prompt_name = mlflow_prompt.reply.name
  alias       = "production"
  version     = local.production

  # The first version has to be there before an alias can stand for it.
  depends_on = [mlflow_prompt_version.reply]
}
