//! The AI gateway as code: a file for each type, and for what they do together.

mod budget_policy;
mod endpoint;
mod import;
mod invocation;
mod lost;
mod model_definition;
mod order;
mod refused;
mod secret;
mod servers;
mod workspaces;

use serde_json::Value;

use crate::support::{
    Case, feature::Feature, gateway::Gateway, mlflow::Server, proxy::Proxy, terraform::Workspace,
    unique,
};

const API: &str = "/api/3.0/mlflow/gateway";
const SECRET: &str = "mlflow_gateway_secret.it";
const DEFINITION: &str = "mlflow_gateway_model_definition.it";
const ENDPOINT: &str = "mlflow_gateway_endpoint.it";
const BUDGET: &str = "mlflow_gateway_budget_policy.it";

/// Never seen in a plan, a log, an error or, where it is write-only, in a state.
const KEY: &str = "sk-canary-of-the-first-key-0001";
const OTHER_KEY: &str = "sk-canary-of-another-key-0002";

/// All of them. On a server without the gateway there is one: it says so.
pub fn cases() -> Vec<Case> {
    if !Feature::Gateway.is_there() {
        return servers::without();
    }
    [
        secret::cases(),
        model_definition::cases(),
        endpoint::cases(),
        budget_policy::cases(),
        import::cases(),
        refused::cases(),
        lost::cases(),
        order::cases(),
        invocation::cases(),
        servers::cases(),
        workspaces::cases(),
    ]
    .concat()
}

/// The name that the objects of a case share, on the server that all cases share.
struct Subject {
    name: String,
    gateway: Gateway,
}

impl Subject {
    fn new(prefix: &str) -> Self {
        Self {
            name: unique(prefix),
            gateway: Gateway::shared(),
        }
    }

    /// The secret `it` with `more` in its body.
    fn secret(&self, more: &str) -> String {
        block(
            "secret",
            &self.name,
            &format!("provider_name = \"openai\"\n  {more}"),
        )
    }

    /// The definition `it` of the secret `it`.
    fn definition(&self, more: &str) -> String {
        let refers = "secret_id = mlflow_gateway_secret.it.id\n  provider_name = \"openai\"";
        block(
            "model_definition",
            &self.name,
            &format!("{refers}\n  {more}"),
        )
    }

    /// The endpoint `it` with `more` in its body.
    fn endpoint(&self, more: &str) -> String {
        block("endpoint", &self.name, more)
    }

    /// A secret and definitions, made without Terraform, for endpoints to refer to.
    fn definitions<const N: usize>(&self) -> [String; N] {
        let secret = self.gateway.make_secret(&self.name, KEY);
        std::array::from_fn(|at| {
            let name = format!("{}-{at}", self.name);
            self.gateway.make_definition(&name, &secret)
        })
    }

    /// Removes all that was made without Terraform.
    fn clear(&self) {
        let id = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
        for it in self.gateway.endpoints(&self.name) {
            self.gateway.delete_endpoint(&id(&it, "endpoint_id"));
        }
        for it in self.gateway.definitions(&self.name) {
            self.gateway
                .delete_definition(&id(&it, "model_definition_id"));
        }
        for it in self.gateway.secrets(&self.name) {
            self.gateway.delete_secret(&id(&it, "secret_id"));
        }
    }
}

/// A write-only key of this version.
fn key(key: &str, version: u32) -> String {
    format!("secret_value_wo = {{ api_key = {key:?} }}\n  secret_value_wo_version = {version}")
}

/// A model block; `more` in its body.
fn model(definition: &str, more: &str) -> String {
    format!("model {{\n    model_definition_id = {definition:?}\n    {more}\n  }}\n  ")
}

fn block(kind: &str, name: &str, body: &str) -> String {
    format!("resource \"mlflow_gateway_{kind}\" \"it\" {{\n  name = {name:?}\n  {body}\n}}\n")
}

/// A proxy in front of the shared server.
fn proxy() -> Proxy {
    Proxy::start(Server::shared().address())
}

/// An applied configuration.
fn applied(config: &str) -> Workspace {
    let workspace = Workspace::new(Server::shared(), config);
    workspace.apply().expect_ok();
    workspace
}

/// Applies another configuration in place, and then plans clean.
fn reapply(workspace: &Workspace, config: &str, address: &str, action: &str) {
    workspace.reconfigure(Server::shared(), config);
    assert_eq!(
        workspace.planned_actions(),
        only(address, action),
        "{config}"
    );
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
}

/// The id of a resource in the state.
fn id_of(workspace: &Workspace, address: &str) -> String {
    let id = &workspace.resource(address)["id"];
    id.as_str().expect("it has one").to_owned()
}

/// What a plan does to one resource.
fn only(address: &str, action: &str) -> [(String, String); 1] {
    [(address.to_owned(), action.to_owned())]
}
