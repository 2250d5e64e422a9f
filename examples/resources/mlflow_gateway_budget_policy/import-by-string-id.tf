import {
  to = mlflow_gateway_budget_policy.monthly
  id = "bp-b095f54794094a4193cc7bf6f4d41281"
}
