variable "team" {
  type        = string
  description = "Begins the names of the team's experiments."
}

# Training logs runs to it; Terraform keeps the experiment they belong to.
resource "mlflow_experiment" "churn" {
  name        = "${var.team}/churn"
  description = "Who is about to leave"

  tags = {
    owner = var.team
    tier  = "critical"
  }
}

output "experiment_id" {
  value = mlflow_experiment.churn.id
}
