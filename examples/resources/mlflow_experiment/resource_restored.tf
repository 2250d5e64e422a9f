variable "team" {
  type        = string
  description = "Begins the names of the team's experiments."
}

# An experiment that is deleted, in the user interface or by a destroy, comes back with its id and its
# runs at the next apply. Destroying keeps its name, so that it is found.
resource "mlflow_experiment" "kept" {
  name              = "${var.team}/kept"
  restore_deleted   = true
  rename_on_destroy = false
}
