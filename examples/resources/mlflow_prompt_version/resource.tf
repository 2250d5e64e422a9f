variable "team" {
  type        = string
  description = "Who the prompt is of."
}

resource "mlflow_prompt" "greeting" {
  name          = "${var.team}-greeting"
  force_destroy = true
}

# A changed template makes a new version. The one before stays.
resource "mlflow_prompt_version" "greeting" {
  prompt_name    = mlflow_prompt.greeting.name
  template       = "Greet {{ name }} in {{ language }}."
  commit_message = "In any language"
}

output "variables" {
  value = mlflow_prompt_version.greeting.variables
}
