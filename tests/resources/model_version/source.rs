//! Where a version comes from: the server rewrites it, fills in what it knows, and refuses a lot.

use serde_json::{Value, json};

use super::{IT, Subject};
use crate::support::{Case, cases, feature::Feature, mlflow::Server};

pub fn cases() -> Vec<Case> {
    cases![
        by_alias_it_is_the_version_of_that_moment,
        the_run_is_filled_in_by_the_server,
        a_logged_model_is_named_beside_its_source,
        what_the_server_refuses_is_told_in_its_words,
        what_is_refused_by_the_plan_the_server_refuses_too,
        a_run_and_its_address_make_a_new_version,
    ]
}

fn by_alias_it_is_the_version_of_that_moment() {
    let (it, from) = (Subject::new("to"), Subject::new("from"));
    from.models.add_versions(&from.model, 2);
    from.models.set_alias(&from.model, "champion", "1");
    let source = format!("models:/{}@champion", from.model);
    if !Feature::SourceRules.is_there() {
        let says = ["The registry answered 500", &from.model];
        let workspace = it.workspace(&source, "");
        workspace.apply().expect_error_containing(&says);
        return;
    }
    let workspace = it.applied(&source, "");
    workspace.expect_clean_plan();
    let state = workspace.resource(IT);
    assert_eq!(state["source"], source);
    assert_eq!(
        state["resolved_source"],
        format!("models:/{}/1", from.model)
    );
    from.models.set_alias(&from.model, "champion", "2");
    workspace.expect_clean_plan();

    let latest = format!("models:/{}/latest", from.model);
    it.configure(&workspace, &latest, "");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let state = workspace.resource(IT);
    assert_eq!(state["version"], "2");
    assert_eq!(
        state["resolved_source"],
        format!("models:/{}/2", from.model)
    );
    it.configure(&workspace, &format!("models:/{}/99", from.model), "");
    workspace
        .apply()
        .expect_error_containing(&["99", &from.model]);
}

fn the_run_is_filled_in_by_the_server() {
    let (it, from) = (Subject::new("to"), Subject::new("from"));
    let run = "0123456789abcdef0123456789abcdef";
    let made = json!({"source": "s3://models/a", "run_id": run});
    from.models.add_version(&from.model, made);
    let source = format!("models:/{}/1", from.model);
    let workspace = it.applied(&source, "");
    workspace.expect_clean_plan();
    let filled = Feature::SourceRules.is_there().then_some(run);
    assert_eq!(workspace.resource(IT)["run_id"], json!(filled));
    if filled.is_some() {
        it.configure(&workspace, &source, &format!("run_id = {run:?}"));
        workspace.expect_clean_plan();
    }
}

fn a_logged_model_is_named_beside_its_source() {
    let it = Subject::new("logged");
    let rest = Server::shared().rest();
    let logged = json!({"experiment_id": "0", "name": "logged"});
    let logged = rest.expect("POST", "/api/2.0/mlflow/logged-models", &logged);
    let id = logged["model"]["info"]["model_id"].as_str().unwrap();
    let source = format!("models:/{id}");
    let workspace = it.workspace(&source, "");
    if Feature::SourceRules.is_there() {
        workspace.apply().expect_error_containing(&["model_id"]);
    }
    let named = format!("model_id = {id:?}");
    it.configure(&workspace, &source, &named);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["model_id"], id);
    assert_eq!(it.numbers(), ["1"]);
}

fn what_the_server_refuses_is_told_in_its_words() {
    let it = Subject::new("refused");
    let newly = Feature::SourceRules
        .is_there()
        .then_some(("http://h/a", ""));
    let ever = ("file:///etc", "run_id = \"nobody\"");
    for (source, run) in [ever].into_iter().chain(newly) {
        let workspace = it.workspace(source, run);
        let says = ["INVALID_PARAMETER_VALUE", "source"];
        workspace.apply().expect_error_containing(&says);
        assert!(!workspace.state_text().contains(&it.model), "{source}");
    }
    assert_eq!(it.numbers(), [""; 0]);
}

fn what_is_refused_by_the_plan_the_server_refuses_too() {
    let (it, server) = (Subject::new("refused"), Server::shared().rest());
    let newly = ["runs:/r/a", "models:/m-a", "mlflow-artifacts:/a"];
    let newly = newly
        .into_iter()
        .filter(|_| Feature::SourceRules.is_there());
    let ever = [
        "file:///etc",
        "somewhere",
        "s3://bucket",
        "s3://bucket/a/../b",
    ];
    for source in ever.into_iter().chain(newly) {
        let planned = it.workspace(source, "").plan();
        planned.expect_error_containing(&["Invalid Source"]);
        let new = json!({ "name": it.model, "source": source });
        let answer = server.call("POST", "/api/2.0/mlflow/model-versions/create", &new);
        assert_eq!(answer.status, 400, "{source}");
    }
    assert_eq!(it.numbers(), [""; 0]);
}

fn a_run_and_its_address_make_a_new_version() {
    let it = Subject::new("run");
    let workspace = it.applied("s3://models/a", "run_link = \"https://a.example.com/run\"");
    workspace.expect_clean_plan();
    it.configure(&workspace, "s3://models/a", "run_link = \"\"");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.configure(&workspace, "s3://models/a", "");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.numbers(), ["1", "2"]);
    let second = it.models.version(&it.model, "2").unwrap();
    assert_eq!(second["run_link"].as_str().unwrap_or_default(), "");
    assert_eq!(workspace.resource(IT)["run_id"], Value::Null);
}
