# A team's platform on one MLflow server: where it works, who may do what, what it trains and serves,
# the prompt and the language model that it asks, and the webhook that starts its deployments.

terraform {
  required_providers {
    mlflow = {
      source = "mlflow-rs/mlflow"
    }
  }
}

variable "receiver" {
  type        = string
  description = "Where deliveries go."
}

variable "language_model" {
  type        = string
  description = "Where the language model is, as its clients address it."
}

variable "secret" {
  type        = string
  sensitive   = true
  description = "Signs the deliveries."
}

variable "api_key" {
  type        = string
  sensitive   = true
  description = "By which the language model knows its clients."
}

variable "password" {
  type        = string
  sensitive   = true
  description = "Ada's first password."
}

# The server and the login come from MLFLOW_TRACKING_URI, MLFLOW_TRACKING_USERNAME and
# MLFLOW_TRACKING_PASSWORD.
provider "mlflow" {}

resource "mlflow_workspace" "risk" {
  name          = "risk"
  description   = "All that the risk team trains and serves"
  deletion_mode = "CASCADE"
}

# Who may do what.

resource "mlflow_user" "ada" {
  username = "ada"
  password = var.password
}

resource "mlflow_role" "scientist" {
  workspace   = mlflow_workspace.risk.name
  name        = "scientist"
  description = "Trains, and registers what comes of it"

  permission {
    resource_type    = "workspace"
    resource_pattern = "*"
    permission       = "USE"
  }

  permission {
    resource_type    = "experiment"
    resource_pattern = "*"
    permission       = "EDIT"
  }

  permission {
    resource_type    = "registered_model"
    resource_pattern = "*"
    permission       = "EDIT"
  }
}

resource "mlflow_role_assignment" "ada" {
  role_id  = mlflow_role.scientist.id
  username = mlflow_user.ada.username
}

# What is trained, and what is served.

resource "mlflow_experiment" "fraud" {
  workspace   = mlflow_workspace.risk.name
  name        = "fraud"
  description = "Which payments are not what they seem"
  tags        = { owner = "risk" }
}

resource "mlflow_registered_model" "fraud" {
  workspace     = mlflow_workspace.risk.name
  name          = "fraud"
  description   = "Scores payments"
  tags          = { owner = "risk" }
  force_destroy = true
}

resource "mlflow_model_version" "first" {
  workspace  = mlflow_workspace.risk.name
  model_name = mlflow_registered_model.fraud.name
  source     = "s3://models/fraud/1"
}

resource "mlflow_registered_model_alias" "champion" {
  workspace  = mlflow_workspace.risk.name
  model_name = mlflow_registered_model.fraud.name
  alias      = "champion"
  version    = mlflow_model_version.first.version
}

resource "mlflow_webhook" "deploy" {
  workspace = mlflow_workspace.risk.name
  name      = "deploy-on-new-version"
  events    = ["model_version.created"]

  http_url_spec {
    url    = var.receiver
    secret = var.secret
  }

  # The first version is made by Terraform, and not to be announced.
  depends_on = [mlflow_model_version.first]
}

# What the team asks a language model.

resource "mlflow_prompt" "explain" {
  workspace     = mlflow_workspace.risk.name
  name          = "explain"
  description   = "Explains a score to people"
  force_destroy = true
}

resource "mlflow_prompt_version" "explain" {
  workspace      = mlflow_workspace.risk.name
  prompt_name    = mlflow_prompt.explain.name
  template       = "Explain in one sentence why {{ payment }} scored {{ score }}."
  commit_message = "One sentence is enough"
}

resource "mlflow_prompt_alias" "production" {
  workspace   = mlflow_workspace.risk.name
  prompt_name = mlflow_prompt.explain.name
  alias       = "production"
  version     = mlflow_prompt_version.explain.version
}

resource "mlflow_gateway_secret" "model" {
  workspace     = mlflow_workspace.risk.name
  name          = "language-model"
  provider_name = "openai"
  secret_value  = { api_key = var.api_key }
  auth_config   = { api_base = var.language_model }
}

resource "mlflow_gateway_model_definition" "model" {
  workspace     = mlflow_workspace.risk.name
  name          = "explainer"
  secret_id     = mlflow_gateway_secret.model.id
  provider_name = "openai"
  model_name    = "gpt-4o-mini"

  lifecycle {
    create_before_destroy = true
  }
}

resource "mlflow_gateway_endpoint" "explain" {
  workspace      = mlflow_workspace.risk.name
  name           = "explain"
  usage_tracking = false

  model {
    model_definition_id = mlflow_gateway_model_definition.model.id
  }
}
