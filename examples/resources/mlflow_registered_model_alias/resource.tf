variable "model_name" {
  type        = string
  description = "A model that has the version."
}

resource "mlflow_registered_model_alias" "champion" {
  model_name = var.model_name
  alias      = "champion"
  version    = "1"
}
