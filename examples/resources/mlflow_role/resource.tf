variable "workspace" {
  type        = string
  description = "The team's workspace."
}

resource "mlflow_role" "data_scientist" {
  name        = "data-scientist"
  description = "Trains, and registers what comes of it"
  workspace   = var.workspace

  permission {
    resource_type    = "workspace"
    resource_pattern = "*"
    permission       = "USE"
  }

  permission {
    resource_type    = "experiment"
    resource_pattern = "*"
    permission       = "EDIT"
  }

  permission {
    resource_type    = "registered_model"
    resource_pattern = "*"
    permission       = "READ"
  }
}
