# The parts of a delivery as the receiver logged them.
variable "delivery" {
  type = object({
    id        = string
    timestamp = string
    signature = string
    body      = string
  })
  default = {
    id        = "b0a4c2f6-6a59-4a55-8d0e-27e4d6e8b1f3"
    timestamp = "1795377334"
    signature = "v1,YwArq0ChsprFgGCAssVfCnj30ojWHqjtY87yLji67mA="
    body      = "{\"entity\": \"model_version\", \"action\": \"created\"}"
  }
}

output "is_genuine" {
  value = provider::mlflow::verify_webhook_signature(
    "s3cret", var.delivery.signature, var.delivery.id, var.delivery.timestamp, var.delivery.body
  )
}
