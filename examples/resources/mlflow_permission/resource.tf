variable "workspace" {
  type        = string
  description = "The team's workspace."
}

variable "username" {
  type        = string
  description = "A user who is known to the server."
}

resource "mlflow_registered_model" "churn" {
  name      = "churn"
  workspace = var.workspace
}

# Serving reads this model, and no other.
resource "mlflow_permission" "serving" {
  username      = var.username
  resource_type = "registered_model"
  resource_id   = mlflow_registered_model.churn.name
  permission    = "READ"
  workspace     = var.workspace
}
