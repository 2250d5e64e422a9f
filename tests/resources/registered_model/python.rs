//! MLflow's own client sees what Terraform made, and Terraform imports what that client made.

use super::{IT, Subject};
use crate::support::{Case, cases, models::python};

pub fn cases() -> Vec<Case> {
    cases![sees_what_terraform_made, makes_what_terraform_imports]
}

fn sees_what_terraform_made() {
    let it = Subject::new("shown");
    let workspace = it.applied("description = \"Ours\"\n  tags = { owner = \"we\" }");
    let seen = python(&format!(
        "from mlflow import MlflowClient\n\
         model = MlflowClient().get_registered_model({:?})\n\
         print(model.description, model.tags)",
        it.name
    ));
    assert_eq!(seen, "Ours {'owner': 'we'}");
    workspace.destroy().expect_ok();
}

fn makes_what_terraform_imports() {
    let it = Subject::new("imported");
    python(&format!(
        "from mlflow import MlflowClient\n\
         MlflowClient().create_registered_model({:?}, {{'owner': 'they'}}, 'Theirs')",
        it.name
    ));
    let workspace = it.workspace("description = \"Theirs\"\n  tags = { owner = \"they\" }");
    workspace.import(IT, &it.name).expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}
