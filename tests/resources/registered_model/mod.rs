//! `mlflow_registered_model`: a file for each thing a user does with it.

mod access;
mod databricks;
mod destroy;
mod drift;
mod import;
mod lifecycle;
mod lost;
mod python;
mod refresh;
mod refused;
mod rename;
mod tags;
mod workspaces;

use crate::support::{
    Case,
    mlflow::Server,
    models::Models,
    proxy::Proxy,
    registry::{Mlflow, Registry},
    terraform::Workspace,
    unique,
};

const IT: &str = "mlflow_registered_model.it";
const API: &str = "/api/2.0/mlflow/registered-models";

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        lifecycle::cases(),
        tags::cases(),
        drift::cases(),
        refresh::cases(),
        rename::cases(),
        import::cases(),
        destroy::cases(),
        refused::cases(),
        lost::cases(),
        workspaces::cases(),
        python::cases(),
        access::cases(),
        databricks::cases(),
    ]
    .concat()
}

/// The name of the model that a case is about, and the registry that it is on.
struct Subject<R = Mlflow> {
    name: String,
    registry: R,
    models: Models,
}

impl Subject {
    /// On the MLflow server that all cases share.
    fn new(prefix: &str) -> Self {
        Self::on_its_own(prefix)
    }
}

impl<R: Registry> Subject<R> {
    /// On a registry where no other case sees it.
    fn on_its_own(prefix: &str) -> Self {
        let registry = R::start();
        Self {
            name: unique(prefix),
            models: Models::of(registry.rest()),
            registry,
        }
    }

    /// The model `mlflow_registered_model.it` with `more` in its body.
    fn config(&self, more: &str) -> String {
        named(&self.name, more)
    }

    /// An applied one.
    fn applied(&self, more: &str) -> Workspace {
        let workspace = self.workspace(more);
        workspace.apply().expect_ok();
        workspace
    }

    fn workspace(&self, more: &str) -> Workspace {
        Workspace::bare(&self.registry.with_provider(&self.config(more)))
    }

    fn configure(&self, workspace: &Workspace, more: &str) {
        workspace.write("main.tf", &self.registry.with_provider(&self.config(more)));
    }

    /// A proxy in front of its registry.
    fn proxy(&self) -> Proxy {
        Proxy::start(self.registry.address())
    }
}

/// The model `mlflow_registered_model.it` of this name.
fn named(name: &str, more: &str) -> String {
    format!("resource \"mlflow_registered_model\" \"it\" {{\n  name = {name:?}\n  {more}\n}}\n")
}

/// A proxy in front of the shared server.
fn proxy() -> Proxy {
    Proxy::start(Server::shared().address())
}

/// What a plan does to the one model of a case.
fn only(action: &str) -> [(String, String); 1] {
    [(IT.to_owned(), action.to_owned())]
}
