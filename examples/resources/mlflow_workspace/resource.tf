variable "team" {
  type        = string
  description = "Name of the team."
}

resource "mlflow_workspace" "team" {
  name        = var.team
  description = "All that the team trains and serves"
}
