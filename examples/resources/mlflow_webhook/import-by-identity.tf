import {
  to = mlflow_webhook.deploy
  identity = {
    id = "0b9ae1c2-6a0e-4b5e-9f59-6a5e3d1c8f27"
  }
}
