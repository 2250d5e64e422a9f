data "mlflow_server" "this" {
  lifecycle {
    postcondition {
      condition     = self.store_type != "FileStore"
      error_message = "Webhooks need a server that keeps its data in a database."
    }
  }
}

output "mlflow_version" {
  value = data.mlflow_server.this.version
}
