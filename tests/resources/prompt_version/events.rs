//! Webhooks hear of prompts, versions and aliases once per change, and of an apply without changes nothing.

use serde_json::{Value, json};

use crate::support::{
    Case, cases, mlflow::Server, receiver::Receiver, terraform::Workspace, unique,
};

pub fn cases() -> Vec<Case> {
    cases![each_change_fires_once_and_no_other_apply_does]
}

fn all(name: &str, text: &str) -> String {
    format!(
        "resource \"mlflow_prompt\" \"it\" {{\n  name = {name:?}\n  force_destroy = true\n}}\n\
         resource \"mlflow_prompt_version\" \"it\" {{\n  prompt_name = mlflow_prompt.it.name\n  \
         template = {text:?}\n  tags = {{ team = \"risk\" }}\n}}\n\
         resource \"mlflow_prompt_alias\" \"it\" {{\n  prompt_name = mlflow_prompt.it.name\n  \
         alias = \"live\"\n  version = mlflow_prompt_version.it.version\n}}\n"
    )
}

fn each_change_fires_once_and_no_other_apply_does() {
    let (receiver, name, rest) = (Receiver::start(), unique("heard"), Server::shared().rest());
    let entities = ["PROMPT", "PROMPT_VERSION", "PROMPT_ALIAS"];
    let created = entities.map(|it| json!({"entity": it, "action": "CREATED"}));
    let tagged = ["PROMPT_TAG", "PROMPT_VERSION_TAG"];
    let tagged = tagged.map(|it| json!({"entity": it, "action": "SET"}));
    let events = [created.to_vec(), tagged.to_vec()].concat();
    let webhook = rest.create_webhook(&json!({
        "name": unique("prompts"),
        "url": receiver.url(),
        "events": events,
    }));
    let workspace = Workspace::new(Server::shared(), &all(&name, "One"));
    workspace.apply().expect_ok();
    workspace.apply().expect_ok();
    workspace.reconfigure(Server::shared(), &all(&name, "Two"));
    workspace.apply().expect_ok();
    workspace.apply().expect_ok();
    // What comes after it has come after all the others.
    let models = crate::support::models::Models::shared();
    models.set_alias(&name, "last", "1");
    let about = |it: &crate::support::http::Request| it.json()["data"]["name"] == name.as_str();
    let delivered = receiver.wait_for_matching(6, about);
    let mut told: Vec<_> = delivered.iter().map(|it| event(&it.json())).collect();
    told.sort();
    let expected = [
        "prompt.created",
        "prompt_alias.created last 1",
        "prompt_alias.created live 1",
        "prompt_alias.created live 2",
        "prompt_version.created 1 One",
        "prompt_version.created 2 Two",
    ];
    assert_eq!(told, expected);
    workspace.destroy().expect_ok();
    rest.delete_webhook(webhook["webhook_id"].as_str().unwrap());
}

fn event(delivery: &Value) -> String {
    let (entity, action) = (&delivery["entity"], &delivery["action"]);
    let data = ["alias", "version", "template"].map(|it| text(&delivery["data"][it]));
    let name = format!("{}.{}", text(entity), text(action));
    let parts = data.iter().filter(|it| !it.is_empty());
    parts.fold(name, |name, part| format!("{name} {part}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
