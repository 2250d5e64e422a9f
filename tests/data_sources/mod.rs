//! Data sources: what is found of webhooks that exist, and what their tests bring.

mod access;
mod experiments;
mod gateway;
mod model_versions;
mod prompts;
mod registered_models;
mod server;
mod webhook;
mod webhook_test;
mod webhooks;

use serde_json::{Value, json};

use crate::support::{Case, mlflow::Server};

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        webhook::cases(),
        webhooks::cases(),
        webhook_test::cases(),
        registered_models::cases(),
        gateway::cases(),
        access::cases(),
        model_versions::cases(),
        prompts::cases(),
        experiments::cases(),
        server::cases(),
    ]
    .concat()
}

/// A webhook for new models as a script would have made it, with `more` in its body.
fn made_elsewhere(server: &Server, name: &str, url: &str, more: Value) -> String {
    let mut body = json!({
        "name": name,
        "url": url,
        "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
    });
    let more = more.as_object().cloned().unwrap_or_default();
    body.as_object_mut().unwrap().extend(more);
    let made = server.rest().create_webhook(&body);
    made["webhook_id"].as_str().unwrap().to_owned()
}
