terraform {
  required_providers {
    mlflow = {
      source = "mlflow-rs/mlflow"
    }
  }
}

# Every argument can be left out: the provider then reads the environment that MLflow's own
# client reads, such as MLFLOW_TRACKING_URI, MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.
provider "mlflow" {
  tracking_uri = "https://mlflow.example.com"
}
