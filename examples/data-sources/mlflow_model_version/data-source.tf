variable "model_name" {
  type        = string
  description = "A model that training registers, and this configuration does not manage."
}

# The newest version; version = "7" and alias = "champion" look others up.
data "mlflow_model_version" "newest" {
  model_name = var.model_name
}

output "files" {
  value = data.mlflow_model_version.newest.source
}
