# terraform test
#
# The first run needs no server. The second applies to the one that MLFLOW_TRACKING_URI names, and
# destroys again what it made.

mock_provider "mlflow" {
  alias = "mocked"
}

run "each_team_has_its_own_name_and_path" {
  command = plan

  providers = {
    mlflow = mlflow.mocked
  }

  variables {
    team        = "fraud"
    webhook_url = "https://ci.example.com/hooks/"
  }

  assert {
    condition     = mlflow_webhook.new_models.name == "fraud-new-models"
    error_message = "The name is ${mlflow_webhook.new_models.name}."
  }

  assert {
    condition     = mlflow_webhook.new_models.http_url_spec[0].url == "https://ci.example.com/hooks/fraud"
    error_message = "The URL is ${mlflow_webhook.new_models.http_url_spec[0].url}."
  }
}

run "the_server_takes_it" {
  assert {
    condition     = mlflow_webhook.new_models.creation_timestamp > 0
    error_message = "The server did not say when it made the webhook."
  }

  assert {
    condition     = mlflow_webhook.new_models.status == "ACTIVE"
    error_message = "The webhook is ${mlflow_webhook.new_models.status}."
  }
}
