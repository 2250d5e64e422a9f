# Finds versions of the prompts whose names begin with "fraud-" (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=prompt_versions.tf
list "mlflow_prompt_version" "fraud" {
  provider = mlflow
  limit    = 5000

  config {
    name_prefix = "fraud-"
  }
}
