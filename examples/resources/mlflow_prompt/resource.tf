variable "team" {
  type        = string
  description = "Who the prompt is of."
}

resource "mlflow_prompt" "summary" {
  name        = "${var.team}-summary"
  description = "Summarises an article."

  tags = {
    team = var.team
  }

  # Versions stay when their resources are destroyed. This lets the prompt's own destruction take
  # them along.
  force_destroy = true
}

resource "mlflow_prompt_version" "summary" {
  prompt_name    = mlflow_prompt.summary.name
  template       = "Summarise in {{ count }} sentences:\n\n{{ article }}"
  commit_message = "The number of sentences is a variable"
}

resource "mlflow_prompt_alias" "production" {
  prompt_name = mlflow_prompt.summary.name
  alias       = "production"
  version     = mlflow_prompt_version.summary.version
}
