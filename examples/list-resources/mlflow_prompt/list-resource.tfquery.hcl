# Finds prompts that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=prompts.tf
list "mlflow_prompt" "all" {
  provider = mlflow
  limit    = 5000
}
