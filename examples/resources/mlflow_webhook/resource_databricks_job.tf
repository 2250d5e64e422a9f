variable "job_id" {
  type        = string
  description = "The job to run, such as databricks_job.this.id."
}

variable "job_token" {
  type        = string
  sensitive   = true
  description = "A personal access token of someone who may run the job."
}

# Runs a job when somebody asks for a model version to be moved to another stage. Only Databricks
# has these events and jobs as targets.
resource "mlflow_webhook" "job" {
  model_name  = "churn"
  events      = ["TRANSITION_REQUEST_CREATED"]
  description = "Runs the checks before a transition"
  status      = "ACTIVE"

  job_spec {
    job_id       = var.job_id
    access_token = var.job_token
  }
}
