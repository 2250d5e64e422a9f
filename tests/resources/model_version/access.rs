//! A login that may not do everything: such a server denies a look at a version of a model that is gone.

use serde_json::json;

use super::{only, version};
use crate::support::{
    Case, cases,
    mlflow::{Options, Server},
    models::Models,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![one_whose_model_is_gone_is_gone_for_an_ordinary_user]
}

const USER: &str = "ordinary-horse-battery";

fn one_whose_model_is_gone_is_gone_for_an_ordinary_user() {
    let server = Server::start(Options {
        admin_password: Some("correct-horse-battery"),
        ..Options::default()
    });
    let user = json!({"username": "ordinary", "password": USER});
    let path = "/api/2.0/mlflow/users/create";
    server.rest().expect("POST", path, &user);
    let config = format!(
        "resource \"mlflow_registered_model\" \"it\" {{\n  name = \"mine\"\n}}\n{}",
        version("NAME", "s3://models/a", "").replace("\"NAME\"", "mlflow_registered_model.it.name")
    );
    let workspace = Workspace::new(&server, &config)
        .env("MLFLOW_TRACKING_USERNAME", "ordinary")
        .env("MLFLOW_TRACKING_PASSWORD", USER);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    // By its owner: of old, what an admin deleted without a permission of its own was deleted and not found.
    let models = Models::of(server.anonymous().with_login("ordinary", USER));
    models.delete_version("mine", "1");
    assert_eq!(workspace.planned_actions(), only("create"));
    models.delete("mine");
    let planned = workspace.planned_actions();
    assert_eq!(planned.len(), 2, "{planned:?}");
    assert!(planned.iter().all(|it| it.1 == "create"), "{planned:?}");
}
