//! A renamed model takes its versions along, and their resources follow in state alone.

use super::{CREATE, IT, Subject, version};
use crate::support::{
    Case, cases,
    http::Response,
    mlflow::Server,
    models::Models,
    proxy::{Fault, Loss, Proxy},
    registry::{Registry, on_both},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    let once = cases![to_another_model_is_refused,];
    let twice = on_both![
        of_the_model_in_the_same_apply_touches_no_version,
        one_that_could_not_be_looked_at_is_found_by_the_next_plan,
    ];
    [once, twice].concat()
}

const MODEL: &str = "mlflow_registered_model.it";

fn both(provider: &str, name: &str) -> String {
    format!(
        "{provider}resource \"mlflow_registered_model\" \"it\" {{\n  name = {name:?}\n  \
         force_destroy = true\n}}\n{}",
        version("NAME", "s3://models/a", "").replace("\"NAME\"", "mlflow_registered_model.it.name")
    )
}

fn of_the_model_in_the_same_apply_touches_no_version<R: Registry>() {
    let (registry, old, new) = (R::start(), unique("old"), unique("new"));
    let models = Models::of(registry.rest());
    let proxy = Proxy::start(registry.address());
    let provider = R::at(&proxy.url(), "");
    let workspace = Workspace::bare(&both(&provider, &old));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let made = models.version(&old, "1").unwrap()["creation_timestamp"].clone();
    proxy.clear();
    workspace.write("main.tf", &both(&provider, &new));
    let update = |address: &str| (address.to_owned(), "update".to_owned());
    let mut planned = workspace.planned_actions();
    planned.sort();
    assert_eq!(planned, [update(IT), update(MODEL)]);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(proxy.count("POST", CREATE), 0);
    let state = workspace.resource(IT);
    assert_eq!(state["id"], format!("{new}/1"));
    assert_eq!(state["creation_timestamp"], made);
    assert_eq!(models.numbers(&new), ["1"]);
    workspace.destroy().expect_ok();
    assert_eq!(models.find(&new), None);
}

/// Under its old name it is gone, which must not make a second one.
fn one_that_could_not_be_looked_at_is_found_by_the_next_plan<R: Registry>() {
    let (registry, old, new) = (R::start(), unique("old"), unique("new"));
    let models = Models::of(registry.rest());
    let proxy = Proxy::start(registry.address());
    let provider = R::at(&proxy.url(), "");
    let workspace = Workspace::bare(&both(&provider, &old));
    workspace.apply().expect_ok();
    workspace.write("main.tf", &both(&provider, &new));
    let failed = Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", ""));
    proxy.inject("GET", "/model-versions/get", 9, Fault::Instead(failed));
    let unrefreshed = ["apply", "-input=false", "-auto-approve", "-refresh=false"];
    let says = ["Registry Error"];
    workspace.run(&unrefreshed).expect_error_containing(&says);
    assert_eq!(workspace.resource(IT)["model_name"], old.as_str());
    proxy.heal();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["id"], format!("{new}/1"));
    assert_eq!(models.numbers(&new), ["1"]);
    workspace.destroy().expect_ok();
}

/// One of the same number there is not this one.
fn to_another_model_is_refused() {
    let (it, other) = (Subject::new("here"), Subject::new("there"));
    let workspace = it.applied("s3://models/a", "");
    for versions in [0, 1] {
        other.models.add_versions(&other.model, versions);
        let moved = other.config("s3://models/a", "");
        workspace.reconfigure(Server::shared(), &moved);
        let says = ["Version Cannot Move", "model_name", "-replace"];
        workspace.apply().expect_error_containing(&says);
        assert_eq!(workspace.resource(IT)["model_name"], it.model.as_str());
    }
    it.configure(&workspace, "s3://models/a", "");
    workspace.expect_clean_plan();
}
