resource "mlflow_registered_model" "prices" {
  name = "prices"
}

variable "champion_version" {
  description = "The version that serves, once there is one"
  type        = string
  default     = null
}

resource "mlflow_registered_model_alias" "champion" {
  count = var.champion_version == null ? 0 : 1

  model_name = mlflow_registered_model.prices.name
  alias      = "champion"
  version    = var.champion_version
}
