import {
  to = mlflow_role_assignment.member
  id = "data-scientist/ada"
}
