variable "model_name" {
  type        = string
  description = "A model that has the version."
}

# Terraform sees to it that there is a champion; which version it is, CI decides from then on.
resource "mlflow_registered_model_alias" "champion" {
  model_name = var.model_name
  alias      = "champion"
  version    = "1"

  lifecycle {
    ignore_changes = [version]
  }
}
