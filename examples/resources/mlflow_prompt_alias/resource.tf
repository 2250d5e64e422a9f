variable "team" {
  type        = string
  description = "Who the prompt is of."
}

resource "mlflow_prompt" "triage" {
  name          = "${var.team}-triage"
  force_destroy = true
}

resource "mlflow_prompt_version" "triage" {
  prompt_name = mlflow_prompt.triage.name
  template    = "Is this urgent? {{ ticket }}"
}

# Moves once a changed template has become a new version, in the same apply.
resource "mlflow_prompt_alias" "staging" {
  prompt_name = mlflow_prompt.triage.name
  alias       = "staging"
  version     = mlflow_prompt_version.triage.version
}
