# Finds budgets that were made without Terraform (Terraform 1.14 or later):
#
#   terraform query
#   terraform query -generate-config-out=budgets.tf
list "mlflow_gateway_budget_policy" "all" {
  provider = mlflow
  limit    = 5000
}
