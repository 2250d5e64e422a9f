//! What is not known yet and may turn out to need a new object is planned as one, so that the plan still holds
//! once it is known.

use crate::support::{
    Case, cases,
    feature::Feature,
    gateway::Gateway,
    mlflow::Server,
    terraform::{Workspace, host_version},
    unique,
};

pub fn cases() -> Vec<Case> {
    if !Feature::Gateway.is_there() {
        return Vec::new();
    }
    cases![what_may_need_a_new_object_is_planned_as_one]
}

const KEY: &str = "sk-canary-of-the-unknown-0001";

/// A type with its other arguments, and the argument that is unknown: what it is at first and at last, of
/// a text that is `some` or `none`.
type Row = (&'static str, String, &'static str);

fn rows(name: &str) -> Vec<Row> {
    let gateway = Gateway::shared();
    let definition = gateway.make_definition(name, &gateway.make_secret(name, KEY));
    let model = format!("model {{\n    model_definition_id = {definition:?}\n  }}");
    let chain = "provider_name = \"bedrock\"\n  auth_config = { auth_mode = \"default_chain\" }";
    let mut rows = vec![
        (
            "mlflow_gateway_endpoint",
            format!("{model}\n  usage_tracking = false"),
            "routing_strategy = local.is_some ? \"REQUEST_BASED_TRAFFIC_SPLIT\" : null",
        ),
        (
            "mlflow_gateway_secret",
            chain.to_owned(),
            "secret_value = local.is_some ? { api_key = \"k\" } : {}",
        ),
    ];
    if host_version() >= (1, 11) {
        rows.push((
            "mlflow_gateway_secret",
            chain.to_owned(),
            "secret_value_wo = local.is_some ? { api_key = \"k\" } : {}\n  \
             secret_value_wo_version = local.is_some ? 1 : 2",
        ));
    }
    rows
}

fn what_may_need_a_new_object_is_planned_as_one() {
    let name = unique("unknown");
    for (type_name, more, unknown) in rows(&name) {
        let config = |is: &str| {
            format!(
                "resource \"terraform_data\" \"it\" {{\n  input = {is:?}\n}}\n\
                 locals {{\n  is_some = terraform_data.it.output == \"some\"\n}}\n\
                 resource {type_name:?} \"it\" {{\n  name = \"{name}-own\"\n  {more}\n  {unknown}\n}}\n"
            )
        };
        let workspace = Workspace::new(Server::shared(), &config("some"));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        workspace.reconfigure(Server::shared(), &config("none"));
        let planned = (format!("{type_name}.it"), "delete-create".to_owned());
        let actions = workspace.planned_actions();
        workspace.apply().expect_ok();
        assert!(actions.contains(&planned), "{unknown}: {actions:?}");
        workspace.expect_clean_plan();
        workspace.destroy().expect_ok();
    }
}
