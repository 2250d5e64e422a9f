variable "model_name" {
  type        = string
  description = "A model that training registers, and this configuration does not manage."
}

data "mlflow_model_versions" "all" {
  model_name = var.model_name
}

# The versions that nobody uses by an alias.
output "unused" {
  value = [for it in data.mlflow_model_versions.all.versions : it.version if length(it.aliases) == 0]
}
