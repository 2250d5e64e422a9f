variable "team" {
  type        = string
  description = "Names of this team's prompts begin with it."
}

data "mlflow_prompts" "of_team" {
  name_prefix = "${var.team}-"
}

# What each alias of each prompt stands for.
output "aliases" {
  value = { for prompt in data.mlflow_prompts.of_team.prompts : prompt.name => prompt.aliases }
}
