//! The argument `tags`, whichever type of resource has it.

use serde_json::json;

use crate::support::{
    Case, cases, feature::Feature, gateway::Gateway, mlflow::Server, terraform::Workspace, unique,
};

pub fn cases() -> Vec<Case> {
    cases![an_empty_map_of_a_new_object_is_none]
}

const KEY: &str = "sk-canary-of-an-empty-map-0001";

const VERSION: &str =
    "model_name = mlflow_registered_model.it.name\n  source = \"s3://bucket/model\"";
const PROMPT_VERSION: &str = "prompt_name = mlflow_prompt.it.name\n  template = \"Well?\"";

/// Each type that has tags, with its other arguments.
fn all(name: &str) -> Vec<(&'static str, String)> {
    let named = format!("name = {name:?}");
    let mut all = vec![
        ("mlflow_registered_model", forced(name)),
        ("mlflow_experiment", named.clone()),
        ("mlflow_model_version", VERSION.to_owned()),
    ];
    if Feature::PromptSettings.is_there() {
        all.push(("mlflow_prompt", forced(&format!("{name}-prompt"))));
        all.push(("mlflow_prompt_version", PROMPT_VERSION.to_owned()));
    }
    if Feature::Gateway.is_there() {
        let gateway = Gateway::shared();
        let definition = gateway.make_definition(name, &gateway.make_secret(name, KEY));
        let model = format!("model {{\n    model_definition_id = {definition:?}\n  }}");
        all.push(("mlflow_gateway_endpoint", format!("{named}\n  {model}")));
    }
    all
}

/// The name of one that has versions.
fn forced(name: &str) -> String {
    format!("name = {name:?}\n  force_destroy = true")
}

fn an_empty_map_of_a_new_object_is_none() {
    let all = all(&unique("empty"));
    let blocks = all.iter().map(|(type_name, more)| {
        format!("resource {type_name:?} \"it\" {{\n  {more}\n  tags = {{}}\n}}\n")
    });
    let workspace = Workspace::new(Server::shared(), &blocks.collect::<String>());
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    for (type_name, _) in &all {
        let state = workspace.resource(&format!("{type_name}.it"));
        assert_eq!(state["tags"], json!({}), "{type_name}");
    }
    workspace.destroy().expect_ok();
}
