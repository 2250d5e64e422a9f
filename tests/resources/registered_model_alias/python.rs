//! MLflow's own client follows an alias of Terraform's, and Terraform imports one of that client's.

use super::{IT, Subject};
use crate::support::{Case, cases, mlflow::Server, models::python, terraform::Workspace};

pub fn cases() -> Vec<Case> {
    cases![follows_an_alias_and_sets_one]
}

fn follows_an_alias_and_sets_one() {
    let it = Subject::new("shared");
    let workspace = it.applied("2");
    let seen = python(&format!(
        "from mlflow import MlflowClient\n\
         client = MlflowClient()\n\
         print(client.get_model_version_by_alias({0:?}, 'champion').version)\n\
         client.delete_registered_model_alias({0:?}, 'champion')\n\
         client.set_registered_model_alias({0:?}, 'champion', '3')",
        it.model
    ));
    assert_eq!(seen, "2");
    workspace.run(&["state", "rm", IT]).expect_ok();
    let theirs = Workspace::new(Server::shared(), &it.config("3"));
    theirs
        .import(IT, &format!("{}@champion", it.model))
        .expect_ok();
    theirs.expect_clean_plan();
    theirs.destroy().expect_ok();
}
