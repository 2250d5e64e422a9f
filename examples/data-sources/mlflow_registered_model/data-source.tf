variable "model_name" {
  type        = string
  description = "A model that training registers, and this configuration does not manage."
}

data "mlflow_registered_model" "trained" {
  name = var.model_name
}

# What a deployment that is managed here would take: the version that the alias stands for, or else
# the newest one that is in no stage.
output "deployed_version" {
  value = lookup(
    data.mlflow_registered_model.trained.aliases, "champion",
    lookup(data.mlflow_registered_model.trained.latest_versions, "None", null),
  )
}
