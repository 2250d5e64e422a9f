//! What cannot work is refused as early as it can be known, and no version is put into a model.

use super::{CREATE, IT, proxy, version};
use crate::support::{
    Case, cases, databricks::Databricks, mlflow::Server, models::Models, registry::Registry,
    terraform::Workspace, unique,
};

/// Without a server of a kind that has prompts.
pub fn offline() -> Vec<Case> {
    cases![by_validate_without_a_server, by_plan_on_databricks]
}

pub fn cases() -> Vec<Case> {
    cases![
        a_model_of_that_name_gets_no_version,
        a_prompt_that_does_not_exist_is_told,
    ]
}

fn by_validate_without_a_server() {
    let long = "a".repeat(100_001);
    let text = format!("template = {long:?}");
    let chat = format!("messages = [{{ role = \"user\", content = {long:?} }}]");
    let tag = format!("template = \"x\"\n  tags = {{ a = {long:?} }}");
    for (body, says) in [
        ("", "Need One of Template and Messages"),
        (
            "template = \"x\"\n  messages = [{ role = \"user\", content = \"x\" }]",
            "Need One of Template and Messages",
        ),
        ("template = \"\"", "template"),
        ("messages = []", "No Messages"),
        (
            "messages = [{ role = \"robot\", content = \"x\" }]",
            "Unknown Role",
        ),
        (
            "messages = [{ role = \"User\", content = \"x\" }]",
            "Did you mean user?",
        ),
        ("messages = [{ role = \"user\" }]", "content"),
        (
            "template = \"x\"\n  response_format = \"{\"",
            "Invalid Response Format",
        ),
        (
            "template = \"x\"\n  response_format = \"[]\"",
            "Invalid Response Format",
        ),
        (
            "template = \"x\"\n  model_config = \"gpt-4\"",
            "Invalid Model Configuration",
        ),
        (
            "template = \"x\"\n  tags = { \"mlflow.prompt.text\" = \"y\" }",
            "Reserved Tag",
        ),
        (
            "template = \"x\"\n  tags = { \"_mlflow_prompt_type\" = \"y\" }",
            "Reserved Tag",
        ),
        (text.as_str(), "Prompt Too Long"),
        (chat.as_str(), "Prompt Too Long"),
        (tag.as_str(), "Tag Value Too Long"),
    ] {
        let validated = Workspace::bare(&version("p", body)).validate();
        assert!(
            validated.is_refused_with(says),
            "{says}: {}",
            validated.text()
        );
    }
    let odd = version("odd name", "template = \"x\"");
    let validated = Workspace::bare(&odd).validate();
    assert!(validated.is_refused_with("Invalid Prompt Name"));
}

fn by_plan_on_databricks() {
    let config = Databricks::at("http://127.0.0.1:9", &version("p", "template = \"x\""));
    let workspace = Workspace::bare(&config);
    workspace.validate().expect_ok();
    let says = ["Not Supported by Databricks", "prompt version"];
    workspace.plan().expect_error_containing(&says);
}

/// The server takes it, and then searches hide all versions of the model.
fn a_model_of_that_name_gets_no_version() {
    let (models, name, proxy) = (Models::shared(), unique("model"), proxy());
    models.make(&name, "", &[]);
    let workspace = Workspace::at(&proxy.url(), &version(&name, "template = \"x\""));
    let says = ["Prompt Is a Model", &name];
    workspace.apply().expect_error_containing(&says);
    assert_eq!(proxy.count("POST", CREATE), 0);
    assert_eq!(models.numbers(&name), [""; 0]);
    models.delete(&name);
}

fn a_prompt_that_does_not_exist_is_told() {
    let nobody = unique("nobody");
    let workspace = Workspace::new(Server::shared(), &version(&nobody, "template = \"x\""));
    let says = ["Prompt Not Found", &nobody];
    workspace.apply().expect_error_containing(&says);
    assert!(!workspace.state_text().contains(IT));
}
