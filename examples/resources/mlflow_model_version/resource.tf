variable "team" {
  type        = string
  description = "Who the model is of."
}

resource "mlflow_registered_model" "churn" {
  name          = "${var.team}-churn-production"
  force_destroy = true
}

# A changed source makes a new version. The one before stays, with its number.
resource "mlflow_model_version" "churn" {
  model_name  = mlflow_registered_model.churn.name
  source      = "s3://models/${var.team}/churn/2026-11-27"
  description = "Trained on the data of November"

  tags = {
    approved_by = var.team
  }
}

resource "mlflow_registered_model_alias" "champion" {
  model_name = mlflow_registered_model.churn.name
  alias      = "champion"
  version    = mlflow_model_version.churn.version
}
