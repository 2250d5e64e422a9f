provider "mlflow" {
  databricks = {
    host  = "{{address}}"
    token = "{{token}}"
  }
}

resource "mlflow_webhook" "it" {
  model_name = "churn"
  events     = ["MODEL_VERSION_CREATED"]
  status     = "TEST_MODE"

  job_spec {
    job_id       = "7"
    access_token = "dapi-job"
  }
}
