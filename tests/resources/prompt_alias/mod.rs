//! `mlflow_prompt_alias`: what differs from an alias of a model, whose life it has. Each rule of that life
//! has its cases there.

use crate::support::{
    Case, cases,
    feature::Feature,
    mlflow::Server,
    models::{Models, python},
    terraform::Workspace,
    unique,
};

const IT: &str = "mlflow_prompt_alias.it";

/// All of them.
pub fn cases() -> Vec<Case> {
    let offline = cases![names_are_checked_by_validate];
    let prompts = cases![
        applies_moves_and_ends,
        one_that_exists_is_never_taken_over,
        a_model_of_that_name_gets_none,
        is_imported_and_plans_nothing,
        is_what_clients_load,
    ];
    match Feature::PromptSettings.is_there() {
        true => [offline, prompts].concat(),
        false => offline,
    }
}

/// A prompt with two versions.
fn prompt(models: &Models) -> String {
    let name = unique("prompt");
    models.make_prompt(&name);
    models.add_prompt_version(&name, "text", "One");
    models.add_prompt_version(&name, "text", "Two");
    name
}

fn alias(prompt: &str, alias: &str, version: &str) -> String {
    format!(
        "resource \"mlflow_prompt_alias\" \"it\" {{\n  prompt_name = {prompt:?}\n  alias = {alias:?}\n  \
         version = {version:?}\n}}\n"
    )
}

fn on_server(config: &str) -> Workspace {
    Workspace::new(Server::shared(), config)
}

fn applies_moves_and_ends() {
    let models = Models::shared();
    let name = prompt(&models);
    let workspace = on_server(&alias(&name, "live", "1"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["id"], format!("{name}@live"));
    workspace.reconfigure(Server::shared(), &alias(&name, "live", "2"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(models.aliases(&name)["live"], "2");
    workspace.destroy().expect_ok();
    assert_eq!(models.aliases(&name).len(), 0);
    models.delete(&name);
}

fn one_that_exists_is_never_taken_over() {
    let models = Models::shared();
    let name = prompt(&models);
    models.set_alias(&name, "live", "2");
    let workspace = on_server(&alias(&name, "live", "1"));
    let id = format!("{name}@live");
    let says = ["Already Exists", "import {", IT, &id];
    workspace.apply().expect_error_containing(&says);
    assert_eq!(models.aliases(&name)["live"], "2");
    models.delete(&name);
}

fn a_model_of_that_name_gets_none() {
    let (models, name) = (Models::shared(), unique("model"));
    models.make(&name, "", &[]);
    models.add_versions(&name, 1);
    let workspace = on_server(&alias(&name, "live", "1"));
    let says = ["Prompt Is a Model", &name];
    workspace.apply().expect_error_containing(&says);
    assert_eq!(models.aliases(&name).len(), 0);
    models.delete(&name);
}

fn is_imported_and_plans_nothing() {
    let models = Models::shared();
    let name = prompt(&models);
    models.set_alias(&name, "live", "2");
    let workspace = on_server(&alias(&name, "live", "2"));
    workspace.import(IT, &format!("{name}@live")).expect_ok();
    workspace.expect_clean_plan();
    models.delete(&name);
}

fn is_what_clients_load() {
    let models = Models::shared();
    let name = prompt(&models);
    let workspace = on_server(&alias(&name, "live", "2"));
    workspace.apply().expect_ok();
    let load = format!("mlflow.genai.load_prompt('prompts:/{name}@live').template");
    assert_eq!(python(&format!("import mlflow\nprint({load})")), "Two");
    workspace.destroy().expect_ok();
    models.delete(&name);
}

/// Of `@2` clients load version 2, whatever the alias stands for.
fn names_are_checked_by_validate() {
    for name in ["12", "latest", "V1", "a b", ""] {
        let validated = Workspace::bare(&alias("p", name, "1")).validate();
        assert!(validated.is_refused_with("alias"), "{name:?}");
    }
    for name in ["live", "v1a", "2nd", "-"] {
        Workspace::bare(&alias("p", name, "1"))
            .validate()
            .expect_ok();
    }
}
