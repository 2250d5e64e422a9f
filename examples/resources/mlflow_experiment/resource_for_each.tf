variable "team" {
  type        = string
  description = "Begins the names of the teams."
}

# Each team has its experiments; a new one is a new line.
locals {
  teams = {
    growth = ["churn", "upsell"]
    risk   = ["fraud"]
  }

  experiments = merge([
    for team, names in local.teams : { for name in names : "${team}/${name}" => team }
  ]...)
}

resource "mlflow_experiment" "all" {
  for_each = local.experiments

  name = "${var.team}-${each.key}"
  tags = { owner = each.value }
}
