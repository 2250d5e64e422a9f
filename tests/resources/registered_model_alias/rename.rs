//! A renamed model takes its aliases along, and their resources follow in place.

use serde_json::json;

use super::{ALIAS, IT, Subject, alias, only};
use crate::support::{
    Case, cases, mlflow::Server, models::Models, proxy::Proxy, terraform::Workspace, unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        of_the_model_in_the_same_apply_sends_nothing_about_the_alias,
        of_the_model_elsewhere_is_followed,
        to_another_model_sets_it_there_and_removes_it_here,
        to_another_model_never_takes_its_alias_over,
    ]
}

const MODEL: &str = "mlflow_registered_model.it";

fn both(name: &str) -> String {
    format!(
        "resource \"mlflow_registered_model\" \"it\" {{\n  name = {name:?}\n  force_destroy = true\n}}\n\
         resource \"mlflow_registered_model_alias\" \"it\" {{\n  \
         model_name = mlflow_registered_model.it.name\n  alias = \"champion\"\n  version = \"1\"\n}}\n"
    )
}

fn of_the_model_in_the_same_apply_sends_nothing_about_the_alias() {
    let (old, new, models) = (unique("old"), unique("new"), Models::shared());
    let proxy = Proxy::start(Server::shared().address());
    let provider = format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
        proxy.url()
    );
    let workspace = Workspace::bare(&format!("{provider}{}", both(&old)));
    let target = format!("-target={MODEL}");
    workspace
        .run(&["apply", "-input=false", "-auto-approve", &target])
        .expect_ok();
    models.add_versions(&old, 2);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    proxy.clear();

    workspace.write("main.tf", &format!("{provider}{}", both(&new)));
    let update = |address: &str| (address.to_owned(), "update".to_owned());
    assert_eq!(workspace.planned_actions(), [update(MODEL), update(IT)]);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(proxy.count("POST", ALIAS) + proxy.count("DELETE", ALIAS), 0);
    assert_eq!(models.find(&old), None);
    assert_eq!(
        models.aliases(&new),
        [("champion".to_owned(), "1".to_owned())].into()
    );
    assert!(models.version(&new, "2").is_some());
    let state = workspace.resource(IT);
    assert_eq!(state["id"], format!("{new}@champion"));
    workspace.destroy().expect_ok();
}

fn of_the_model_elsewhere_is_followed() {
    let it = Subject::new("old");
    let workspace = it.applied("2");
    let new = unique("new");
    it.models.rename(&it.model, &new);
    workspace.reconfigure(Server::shared(), &alias(&new, "champion", "2", ""));
    // Its old model is gone, so a refresh finds no alias; the server has it under the new name.
    let unrefreshed = ["apply", "-input=false", "-auto-approve", "-refresh=false"];
    workspace.run(&unrefreshed).expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["model_name"], new.as_str());
    workspace.destroy().expect_ok();
    it.models.delete(&new);
}

fn to_another_model_sets_it_there_and_removes_it_here() {
    let (it, other) = (Subject::new("here"), Subject::new("there"));
    let workspace = it.applied("2");
    workspace.reconfigure(Server::shared(), &alias(&other.model, "champion", "1", ""));
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(
        (it.champion(), other.champion()),
        (None, Some("1".to_owned()))
    );
    workspace.destroy().expect_ok();
}

fn to_another_model_never_takes_its_alias_over() {
    let (it, other) = (Subject::new("here"), Subject::new("there"));
    other.models.set_alias(&other.model, "champion", "3");
    let workspace = it.applied("2");
    workspace.reconfigure(Server::shared(), &alias(&other.model, "champion", "1", ""));
    workspace
        .apply()
        .expect_error_containing(&["Already Exists", &other.model]);
    assert_eq!(other.champion().as_deref(), Some("3"));
    assert_eq!(it.champion().as_deref(), Some("2"));
    assert_eq!(workspace.resource(IT)["model_name"], json!(it.model));
    it.configure(&workspace, "2");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}
