# Finds aliases of prompts that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=prompt_aliases.tf
list "mlflow_prompt_alias" "all" {
  provider = mlflow
  limit    = 5000
}
