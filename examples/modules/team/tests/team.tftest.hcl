# terraform test
#
# The first run needs no server. The second applies to the one that MLFLOW_TRACKING_URI names, and
# destroys again what it made.

mock_provider "mlflow" {
  alias = "mocked"
}

run "each_alias_belongs_to_its_model" {
  command = plan

  providers = {
    mlflow = mlflow.mocked
  }

  variables {
    team        = "risk"
    webhook_url = "https://ci.example.com/hooks"
    models = {
      churn = { aliases = { champion = "3", challenger = "4" } }
      fraud = { tags = { tier = "critical" } }
    }
  }

  assert {
    condition     = output.models == { churn = "risk-churn", fraud = "risk-fraud" }
    error_message = "The models are ${jsonencode(output.models)}."
  }

  assert {
    condition     = mlflow_registered_model.this["fraud"].tags == tomap({ team = "risk", tier = "critical" })
    error_message = "The tags are ${jsonencode(mlflow_registered_model.this["fraud"].tags)}."
  }

  assert {
    condition     = mlflow_registered_model_alias.this["churn@champion"].version == "3"
    error_message = "The champion is ${mlflow_registered_model_alias.this["churn@champion"].version}."
  }
}

run "the_server_takes_it" {
  variables {
    models = { churn = { description = "Who is about to leave" } }
  }

  assert {
    condition     = mlflow_registered_model.this["churn"].creation_timestamp > 0
    error_message = "The server did not say when it made the model."
  }
}
