variable "team" {
  type        = string
  description = "Who the prompt is of."
}

resource "mlflow_prompt" "support" {
  name          = "${var.team}-support"
  force_destroy = true
}

resource "mlflow_prompt_version" "support" {
  prompt_name = mlflow_prompt.support.name

  messages = [
    { role = "system", content = "You answer questions about {{ product }}, in one paragraph." },
    { role = "user", content = "{{ question }}" },
  ]

  response_format = jsonencode({
    type       = "object"
    properties = { answer = { type = "string" } }
    required   = ["answer"]
  })

  model_config = jsonencode({
    provider    = "openai"
    model_name  = "gpt-4o-mini"
    temperature = 0.2
  })

  commit_message = "Answers are JSON"

  tags = {
    reviewed_by = "docs"
  }
}
