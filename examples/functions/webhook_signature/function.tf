locals {
  payload = jsonencode({ entity = "model_version", action = "created" })
}

# What a receiver's own test would send.
output "delivery" {
  value = {
    body = local.payload
    headers = {
      "X-MLflow-Delivery-Id" = "b0a4c2f6-6a59-4a55-8d0e-27e4d6e8b1f3"
      "X-MLflow-Timestamp"   = "1795377334"
      "X-MLflow-Signature" = provider::mlflow::webhook_signature(
        "example-secret", "b0a4c2f6-6a59-4a55-8d0e-27e4d6e8b1f3", 1795377334, local.payload
      )
    }
  }
}
