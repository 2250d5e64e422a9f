//! Names that one apply hands on from object to object, as when the first of a list goes, and names that
//! are taken for a moment.

use crate::support::{
    Case,
    access::Access,
    cases,
    feature::Feature,
    gateway::Gateway,
    http::Response,
    mlflow::Server,
    proxy::{Fault, Loss, Proxy},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    let mut all = cases![names_go_from_one_to_the_next];
    if Feature::Gateway.is_there() {
        all.extend(cases![
            a_name_that_is_free_by_now_is_no_reason_to_import,
            a_replacement_that_comes_first_is_told_of_its_lifecycle,
        ]);
    }
    all
}

const KEY: &str = "sk-canary-of-a-handed-name-0001";

/// Each type that can be renamed, with its other arguments.
fn all() -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("mlflow_registered_model", String::new()),
        ("mlflow_experiment", String::new()),
    ];
    if Feature::PromptSettings.is_there() {
        all.push(("mlflow_prompt", String::new()));
    }
    if Feature::Roles.is_there() {
        all.push(("mlflow_role", String::new()));
    }
    if Feature::Gateway.is_there() {
        let (gateway, name) = (Gateway::of(Access::shared().rest()), unique("handed"));
        let secret = gateway.make_secret(&name, KEY);
        let definition = gateway.make_definition(&name, &secret);
        all.push((
            "mlflow_gateway_model_definition",
            format!(
                "secret_id = {secret:?}\n  provider_name = \"openai\"\n  model_name = \"gpt-4o\""
            ),
        ));
        all.push((
            "mlflow_gateway_endpoint",
            format!(
                "model {{\n    model_definition_id = {definition:?}\n  }}\n  usage_tracking = false"
            ),
        ));
    }
    all
}

fn names_go_from_one_to_the_next() {
    let access = Access::shared();
    for (type_name, more) in all() {
        let names: Vec<_> = ["a", "b", "c", "d"].map(unique).into();
        let config = |names: &[String]| {
            format!(
                "locals {{\n  names = {names:?}\n}}\n\
                 resource {type_name:?} \"it\" {{\n  count = 3\n  name = local.names[count.index]\n  \
                 {more}\n}}\n"
            )
        };
        let workspace = access.workspace(&config(&names[..3]));
        workspace.apply().expect_ok();
        workspace.reconfigure(access.server(), &config(&names[1..]));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        workspace.destroy().expect_ok();
    }
}

fn a_name_that_is_free_by_now_is_no_reason_to_import() {
    let (name, gateway) = (unique("free"), Gateway::shared());
    let secret = gateway.make_secret(&name, KEY);
    let proxy = Proxy::start(Server::shared().address());
    let config = |name: &str| {
        format!(
            "resource \"mlflow_gateway_model_definition\" \"it\" {{\n  name = {name:?}\n  \
             secret_id = {secret:?}\n  provider_name = \"openai\"\n  model_name = \"gpt-4o\"\n}}\n"
        )
    };
    let workspace = Workspace::at(&proxy.url(), &config(&name));
    workspace.apply().expect_ok();
    let taken = Response::json_error(400, "RESOURCE_ALREADY_EXISTS", "taken");
    let taken = || Fault::Instead(Loss::Answer(taken.clone()));
    let provider = format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
        proxy.url()
    );
    let renamed = format!("{provider}{}", config(&format!("{name}-new")));
    workspace.write("main.tf", &renamed);
    // Taken for as long as it is asked.
    proxy.inject("POST", "/model-definitions/update", 2, taken());
    let says = [
        "Already Exists",
        "nothing else has the name by now",
        "Apply again",
    ];
    let told = workspace.apply().expect_error_containing(&says).text();
    assert!(!told.contains("import {"), "{told}");
    proxy.heal();
    // Taken for a moment.
    proxy.inject("POST", "/model-definitions/update", 1, taken());
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn a_replacement_that_comes_first_is_told_of_its_lifecycle() {
    let name = unique("before");
    let config = |name: &str, provider: &str| {
        format!(
            "resource \"mlflow_gateway_secret\" \"it\" {{\n  name = {name:?}\n  \
             provider_name = {provider:?}\n  secret_value = {{ api_key = {KEY:?} }}\n  \
             lifecycle {{\n    create_before_destroy = true\n  }}\n}}\n"
        )
    };
    let workspace = Workspace::new(Server::shared(), &config(&name, "openai"));
    workspace.apply().expect_ok();
    workspace.reconfigure(Server::shared(), &config(&name, "azure"));
    let says = [
        "Already Exists",
        "create_before_destroy",
        "Change the name along",
    ];
    workspace.apply().expect_error_containing(&says);
    workspace.reconfigure(Server::shared(), &config(&format!("{name}-azure"), "azure"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}
