import {
  to = mlflow_role_assignment.member
  identity = {
    role_id  = "7"
    username = "ada"
  }
}
