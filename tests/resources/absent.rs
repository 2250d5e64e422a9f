//! What is not there is told at the argument that names it, whichever type of resource that stands in.

use crate::support::{Case, access::Access, cases, feature::Feature, unique};

pub fn cases() -> Vec<Case> {
    cases![
        what_is_not_there_is_told_at_the_argument_that_names_it,
        a_move_to_a_workspace_that_is_not_there_is_warned_of,
    ]
}

/// A type, its other arguments, the line that names what is not there, and what is said.
const NAMED: &[(&str, &str, &str, &str)] = &[
    (
        "mlflow_registered_model",
        "name = \"lost\"",
        "workspace = \"nowhere\"",
        "Workspace Not Found",
    ),
    (
        "mlflow_webhook",
        "name = \"lost\"\nevents = [\"model_version.created\"]\n\
         http_url_spec {\n url = \"https://ci.example.com/hook\"\n}",
        "workspace = \"nowhere\"",
        "Workspace Not Found",
    ),
    (
        "mlflow_role",
        "name = \"lost\"",
        "workspace = \"nowhere\"",
        "Workspace Not Found",
    ),
    (
        "mlflow_gateway_budget_policy",
        "budget_amount = 1\nbudget_action = \"ALERT\"\ntarget_scope = \"ENDPOINT\"\n\
         duration = { unit = \"DAYS\", value = 1 }",
        "target_value = \"nothing\"",
        "Reference Not Found",
    ),
    (
        "mlflow_gateway_model_definition",
        "name = \"lost\"\nprovider_name = \"openai\"\nmodel_name = \"gpt-4o\"",
        "secret_id = \"nothing\"",
        "Reference Not Found",
    ),
    (
        "mlflow_model_version",
        "source = \"s3://models/1\"",
        "model_name = \"nothing\"",
        "Registered Model Not Found",
    ),
    (
        "mlflow_registered_model_alias",
        "alias = \"champion\"\nversion = \"1\"",
        "model_name = \"nothing\"",
        "Registered Model Not Found",
    ),
    (
        "mlflow_prompt_version",
        "template = \"Well?\"",
        "prompt_name = \"nothing\"",
        "Prompt Not Found",
    ),
    (
        "mlflow_prompt_alias",
        "alias = \"production\"\nversion = \"1\"",
        "prompt_name = \"nothing\"",
        "Prompt Not Found",
    ),
    (
        "mlflow_registered_model_alias",
        "model_name = mlflow_registered_model.there.name\nalias = \"champion\"",
        "version = \"99\"",
        "Model Version Not Found",
    ),
    (
        "mlflow_prompt_alias",
        "prompt_name = mlflow_prompt.there.name\nalias = \"production\"",
        "version = \"99\"",
        "Prompt Version Not Found",
    ),
    (
        "mlflow_role_assignment",
        "username = \"admin\"",
        "role_id = \"999999\"",
        "Role Not Found",
    ),
    (
        "mlflow_permission",
        "resource_type = \"experiment\"\nresource_id = \"*\"\npermission = \"READ\"",
        "username = \"nobody\"",
        "User Not Found",
    ),
];

fn what_is_not_there_is_told_at_the_argument_that_names_it() {
    if !Feature::Roles.is_there() {
        return;
    }
    let workspace = Access::shared().workspace(&configuration());
    let text = workspace.apply().text();
    for (at, (type_name, _, line, title)) in named().enumerate() {
        let address = format!("with {type_name}.it{at},");
        let mut told = text.split("Error: ").filter(|it| it.contains(&address));
        let told = told.next();
        let told = told.unwrap_or_else(|| panic!("nothing of {type_name}: {text}"));
        let right = told.starts_with(title) && told.contains(&format!(": {line} "));
        assert!(right, "{type_name}: {told}");
    }
    workspace.destroy().expect_ok();
}

/// A move destroys where the object is before it makes anything where it is to be.
fn a_move_to_a_workspace_that_is_not_there_is_warned_of() {
    if !Feature::Workspaces.is_there() || !Feature::Roles.is_there() {
        return;
    }
    let access = Access::shared();
    let (there, name) = (access.some_workspace("there"), unique("moved"));
    let config = |workspace: &str| {
        let all = MOVED.iter().map(|(type_name, more)| {
            format!(
                "resource {type_name:?} \"it\" {{\nname = {name:?}\nworkspace = {workspace:?}\n{more}\n}}\n"
            )
        });
        all.collect::<String>()
    };
    let workspace = access.workspace(&config("default"));
    workspace.apply().expect_ok();
    for (to, warnings) in [(there.as_str(), 0), ("nowhere", MOVED.len())] {
        workspace.reconfigure(access.server(), &config(to));
        let text = workspace.plan().expect_ok().text();
        let told = text.matches("Workspace Not There Yet").count();
        // A host shows equal warnings once, and counts the others.
        let alike = text.contains(&format!(
            "and {} more similar warnings elsewhere",
            MOVED.len() - 1
        ));
        assert!(
            told == warnings || warnings > 0 && told == 1 && alike,
            "{to}: {text}"
        );
    }
    workspace.destroy().expect_ok();
}

/// Types that live in a workspace and have a life of their own, with what else they want.
const MOVED: &[(&str, &str)] = &[
    (
        "mlflow_webhook",
        "events = [\"model_version.created\"]\nhttp_url_spec {\n url = \"https://ci.example.com/hook\"\n}",
    ),
    ("mlflow_registered_model", ""),
    ("mlflow_experiment", ""),
    ("mlflow_role", ""),
];

/// What the server can be asked for.
fn named() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str, &'static str)>
{
    let is_there = |type_name: &str| {
        type_name != "mlflow_gateway_budget_policy" || Feature::EndpointBudgets.is_there()
    };
    NAMED
        .iter()
        .filter(move |(type_name, ..)| is_there(type_name))
}

/// All of them, and a model and a prompt that are there.
fn configuration() -> String {
    let rows = named().enumerate();
    let named = rows.map(|(at, (type_name, others, line, _))| {
        format!("resource {type_name:?} \"it{at}\" {{\n{others}\n{line}\n}}\n")
    });
    let there = ["mlflow_registered_model", "mlflow_prompt"].map(|type_name| {
        let name = unique("there");
        format!("resource {type_name:?} \"there\" {{\n name = {name:?}\n}}\n")
    });
    named.collect::<String>() + &there.concat()
}
