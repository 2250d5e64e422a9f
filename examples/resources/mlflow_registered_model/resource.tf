resource "mlflow_registered_model" "churn" {
  name        = "churn"
  description = "Which customers are about to leave"

  tags = {
    team = "growth"
  }
}
