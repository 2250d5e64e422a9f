variable "experiment_name" {
  type        = string
  description = "Name of an experiment that exists."
}

# By name, or by id = "..."
data "mlflow_experiment" "training" {
  name = var.experiment_name

  lifecycle {
    postcondition {
      condition     = self.lifecycle_stage == "active"
      error_message = "The experiment ${self.name} is deleted."
    }
  }
}

output "training_experiment_id" {
  value = data.mlflow_experiment.training.id
}
