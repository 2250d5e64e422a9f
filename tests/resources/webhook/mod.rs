//! `mlflow_webhook`: a file for each thing a user does with it. Cases that hold on both registries
//! run on both; those of one stand in a file of its name.

mod clean;
mod databricks;
mod drift;
mod faults;
mod generated;
mod import;
mod lifecycle;
mod manager;
mod mlflow;
mod refresh;
mod refused;
mod secrets;
mod values;
mod workspaces;

use crate::support::{
    Case,
    proxy::Proxy,
    registry::{Registry, Seen},
    terraform::Workspace,
    unique,
};

const IT: &str = "mlflow_webhook.it";

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        lifecycle::cases(),
        clean::cases(),
        drift::cases(),
        import::cases(),
        secrets::cases(),
        refresh::cases(),
        refused::cases(),
        values::cases(),
        faults::cases(),
        mlflow::cases(),
        generated::cases(),
        databricks::cases(),
        manager::cases(),
        workspaces::cases(),
    ]
    .concat()
}

/// A registry, and the name of the webhook on it that a case is about.
struct Subject<R> {
    registry: R,
    name: String,
}

impl<R: Registry> Subject<R> {
    fn new(prefix: &str) -> Self {
        Self {
            registry: R::start(),
            name: unique(prefix),
        }
    }

    /// A webhook `mlflow_webhook.it` for new models that signs, with `more` in its body.
    fn signing(&self, more: &str) -> String {
        self.with(more, "secret = \"s3cret\"")
    }

    /// The same with `http` in its block instead of the secret.
    fn with(&self, more: &str, http: &str) -> String {
        let (naming, url) = (self.naming(), self.registry.receiver());
        format!(
            r#"
resource "mlflow_webhook" "it" {{
  {naming}
  events = ["registered_model.created"]
  {more}
  http_url_spec {{
    url = {url:?}
    {http}
  }}
}}
"#
        )
    }

    fn naming(&self) -> String {
        R::naming(&format!("{:?}", self.name))
    }

    fn workspace(&self, config: &str) -> Workspace {
        Workspace::bare(&self.registry.with_provider(config))
    }

    fn configure(&self, workspace: &Workspace, config: &str) {
        workspace.write("main.tf", &self.registry.with_provider(config));
    }

    fn proxy(&self) -> Proxy {
        Proxy::start(self.registry.address())
    }

    /// A workspace that reaches the registry by way of the proxy.
    fn workspace_behind(&self, proxy: &Proxy, config: &str) -> Workspace {
        Workspace::bare(&R::at(&proxy.url(), config))
    }

    fn configure_behind(&self, proxy: &Proxy, workspace: &Workspace, config: &str) {
        workspace.write("main.tf", &R::at(&proxy.url(), config));
    }

    fn webhooks(&self) -> Vec<Seen> {
        self.registry.webhooks(&self.name)
    }

    fn webhook(&self) -> Seen {
        self.registry.webhook(&self.name)
    }
}

fn id(workspace: &Workspace) -> String {
    let id = &workspace.resource(IT)["id"];
    id.as_str().expect("an id is a text").to_owned()
}

/// What a plan does to the one webhook of a case.
fn only(action: &str) -> [(String, String); 1] {
    [(IT.to_owned(), action.to_owned())]
}
