variable "team" {
  type        = string
  description = "Who promotes."
}

variable "model_name" {
  type        = string
  description = "A model whose version 1 is ready for production."
}

resource "mlflow_registered_model" "production" {
  name          = "${var.team}-production"
  force_destroy = true
}

# Promotes a version of one registered model to another: a pull request that changes the number is the
# request for approval.
resource "mlflow_model_version" "promoted" {
  model_name = mlflow_registered_model.production.name
  source     = "models:/${var.model_name}/1"
}
