# The data source mlflow_webhooks shows the ids
terraform import mlflow_webhook.deploy 0b9ae1c2-6a0e-4b5e-9f59-6a5e3d1c8f27
