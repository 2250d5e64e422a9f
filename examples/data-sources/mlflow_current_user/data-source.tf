data "mlflow_current_user" "this" {}

output "logged_in_as" {
  value = data.mlflow_current_user.this.username
}
