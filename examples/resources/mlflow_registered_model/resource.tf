variable "team" {
  type        = string
  description = "Begins the names of the team's models."
}

# Training adds versions; Terraform keeps the model they belong to.
resource "mlflow_registered_model" "churn" {
  name        = "${var.team}-churn"
  description = "Who is about to leave"

  tags = {
    owner = var.team
    tier  = "critical"
  }
}
