variable "team" {
  type = string
}

variable "source_uri" {
  type = string
}

resource "mlflow_experiment" "scores" {
  name = "${var.team}/scores"
  tags = { owner = var.team }
}

resource "mlflow_registered_model" "scores" {
  name          = "${var.team}-scores"
  description   = "Scores payments"
  force_destroy = true
}

resource "mlflow_model_version" "scores" {
  model_name = mlflow_registered_model.scores.name
  source     = var.source_uri
}

output "model" {
  value = {
    name    = mlflow_registered_model.scores.name
    version = mlflow_model_version.scores.version
  }
}
