//! MLflow's own client sees what Terraform made, logs into it, and makes what Terraform imports.

use super::{IT, Subject, named};
use crate::support::{Case, cases, mlflow::Server, models::python, unique};

pub fn cases() -> Vec<Case> {
    cases![
        logs_runs_that_survive_every_update,
        makes_what_terraform_imports
    ]
}

fn logs_runs_that_survive_every_update() {
    let it = Subject::new("logged");
    let (workspace, id) = it.applied("description = \"Ours\"\n  tags = { owner = \"we\" }");
    let run = python(&format!(
        "import mlflow\n\
         experiment = mlflow.set_experiment({:?})\n\
         assert experiment.experiment_id == {id:?} and experiment.tags['owner'] == 'we'\n\
         with mlflow.start_run() as run:\n    mlflow.log_metric('f1', 0.5)\n\
         print(run.info.run_id)",
        it.name
    ));
    let run = run.lines().last().unwrap_or_default().to_owned();
    workspace.expect_clean_plan();
    let changed = named(&unique("renamed"), "tags = { tier = \"1\" }");
    workspace.reconfigure(Server::shared(), &changed);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let metric = python(&format!(
        "from mlflow import MlflowClient\n\
         run = MlflowClient().get_run({run:?})\n\
         print(run.info.experiment_id, run.info.lifecycle_stage, run.data.metrics['f1'])"
    ));
    assert_eq!(metric, format!("{id} active 0.5"));
    workspace.destroy().expect_ok();
}

fn makes_what_terraform_imports() {
    let it = Subject::new("imported");
    let id = python(&format!(
        "from mlflow import MlflowClient\n\
         print(MlflowClient().create_experiment({:?}, tags={{'owner': 'they'}}))",
        it.name
    ));
    let workspace = it.workspace("tags = { owner = \"they\" }");
    workspace.import(IT, &id).expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}
