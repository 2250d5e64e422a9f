variable "team" {
  type        = string
  description = "Who the prompt is of."
}

resource "mlflow_prompt" "digest" {
  name          = "${var.team}-digest"
  force_destroy = true
}

resource "mlflow_prompt_version" "digest" {
  prompt_name = mlflow_prompt.digest.name
  template    = "One line for each of: {{ items }}"
}

# The newest version. With alias = "production" it is the one that the alias stands for.
data "mlflow_prompt" "digest" {
  name = mlflow_prompt_version.digest.prompt_name
}

output "digest" {
  value = {
    version   = data.mlflow_prompt.digest.version
    template  = data.mlflow_prompt.digest.template
    variables = data.mlflow_prompt.digest.variables
  }
}
