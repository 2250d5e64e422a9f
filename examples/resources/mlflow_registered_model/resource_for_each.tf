variable "team" {
  type        = string
  description = "Begins the names of the team's models."
}

locals {
  models = {
    churn = "Who is about to leave"
    fraud = "What is not as it seems"
  }
}

resource "mlflow_registered_model" "all" {
  for_each = local.models

  name        = "${var.team}-${each.key}"
  description = each.value
  tags        = { owner = var.team }
}
