# By the role's id, or by its name where the user has only one role of that name
terraform import mlflow_role_assignment.member 7/ada
terraform import mlflow_role_assignment.member data-scientist/ada
