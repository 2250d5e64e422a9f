# Every file in prompts/ is a prompt, named after it. A changed file becomes a new version, and the alias
# moves to it in the same apply; a new file becomes a new prompt.

terraform {
  required_providers {
    mlflow = {
      source = "mlflow-rs/mlflow"
    }
  }
}

variable "tracking_uri" {
  type        = string
  description = "Address of the MLflow server."
}

variable "team" {
  type        = string
  description = "Begins the name of each prompt."
}

provider "mlflow" {
  tracking_uri = var.tracking_uri
}

locals {
  files   = fileset("${path.module}/prompts", "*.txt")
  prompts = { for file in local.files : trimsuffix(file, ".txt") => file("${path.module}/prompts/${file}") }
}

resource "mlflow_prompt" "all" {
  for_each = local.prompts

  name          = "${var.team}-${each.key}"
  force_destroy = true
}

resource "mlflow_prompt_version" "all" {
  for_each = local.prompts

  prompt_name = mlflow_prompt.all[each.key].name
  template    = each.value
}

resource "mlflow_prompt_alias" "production" {
  for_each = local.prompts

  prompt_name = mlflow_prompt.all[each.key].name
  alias       = "production"
  version     = mlflow_prompt_version.all[each.key].version
}
