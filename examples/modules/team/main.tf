# What one team needs of the registry: its models, the aliases that serving reads, and a webhook that
# tells the team's CI about new versions.

terraform {
  required_providers {
    mlflow = {
      source = "mlflow-rs/mlflow"
    }
  }
}

variable "team" {
  type        = string
  description = "Names begin with it."
}

variable "workspace" {
  type        = string
  default     = null
  description = "The workspace that it all lives in; left out, the provider's."
}

variable "models" {
  description = "The team's models, by what follows the team in their names."
  type = map(object({
    description = optional(string)
    tags        = optional(map(string), {})
    # Aliases and the version that each begins with. CI moves them later.
    aliases = optional(map(string), {})
  }))
}

variable "webhook_url" {
  type        = string
  description = "Where the team's CI takes deliveries."
}

locals {
  aliases = merge([
    for key, model in var.models : {
      for alias, version in model.aliases :
      "${key}@${alias}" => { model = key, alias = alias, version = version }
    }
  ]...)
}

resource "mlflow_registered_model" "this" {
  for_each    = var.models
  workspace   = var.workspace
  name        = "${var.team}-${each.key}"
  description = each.value.description
  tags        = merge(each.value.tags, { team = var.team })
}

resource "mlflow_registered_model_alias" "this" {
  for_each   = local.aliases
  workspace  = var.workspace
  model_name = mlflow_registered_model.this[each.value.model].name
  alias      = each.value.alias
  version    = each.value.version

  lifecycle {
    ignore_changes = [version]
  }
}

resource "mlflow_webhook" "versions" {
  workspace   = var.workspace
  name        = "${var.team}-versions"
  description = "New versions, for the CI of ${var.team}"
  events      = ["model_version.created", "model_version_alias.created"]

  http_url_spec {
    url = var.webhook_url
  }
}

output "models" {
  description = "The names of the models, by the keys of `models`."
  value       = { for key, model in mlflow_registered_model.this : key => model.name }
}
