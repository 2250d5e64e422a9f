//! Before MLflow 3.13 roles, assignments and permissions are something else, or nothing.

use super::{named, permit};
use crate::support::{Case, access::Access, cases};

pub fn cases() -> Vec<Case> {
    cases![a_plan_names_the_version_that_is_needed]
}

fn a_plan_names_the_version_that_is_needed() {
    let role = named("team", "default", &permit("experiment", "*", "READ"));
    let assignment =
        "resource \"mlflow_role_assignment\" \"it\" {\n  role_id = \"1\"\n  username = \"a\"\n}\n";
    let permission = "resource \"mlflow_permission\" \"it\" {\n  username = \"a\"\n  \
        resource_type = \"experiment\"\n  resource_id = \"1\"\n  permission = \"READ\"\n}\n";
    for config in [
        role.replace("workspace = \"default\"", ""),
        assignment.to_owned(),
        permission.to_owned(),
        "data \"mlflow_role\" \"it\" {\n  name = \"a\"\n}\n".to_owned(),
        "data \"mlflow_current_user\" \"it\" {}\n".to_owned(),
    ] {
        let workspace = Access::shared().workspace(&config);
        let says = ["MLflow Server Too Old", "3.13.0"];
        workspace.plan().expect_error_containing(&says);
    }
}
