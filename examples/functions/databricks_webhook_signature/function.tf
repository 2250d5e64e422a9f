# The header X-Databricks-Signature of this delivery.
output "signature" {
  value = provider::mlflow::databricks_webhook_signature(
    "example-secret", jsonencode({ event = "MODEL_VERSION_CREATED", model_name = "churn" })
  )
}
