terraform import mlflow_gateway_budget_policy.monthly bp-b095f54794094a4193cc7bf6f4d41281

# One that lives in another workspace than the provider's
terraform import mlflow_gateway_budget_policy.monthly workspace=team-a/bp-b095f54794094a4193cc7bf6f4d41281
