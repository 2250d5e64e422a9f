//! `mlflow_model_version`: a file for each thing a user does with it.

mod access;
mod databricks;
mod drift;
mod import;
mod lifecycle;
mod lost;
mod refused;
mod rename;
mod source;

use crate::support::{
    Case,
    mlflow::Server,
    models::Models,
    proxy::Proxy,
    registry::{Mlflow, Registry},
    terraform::Workspace,
    unique,
};

const IT: &str = "mlflow_model_version.it";
const CREATE: &str = "/model-versions/create";

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        lifecycle::cases(),
        source::cases(),
        drift::cases(),
        rename::cases(),
        import::cases(),
        refused::cases(),
        lost::cases(),
        access::cases(),
        databricks::cases(),
    ]
    .concat()
}

/// The model whose version a case is about, and the registry that it is on.
struct Subject<R: Registry = Mlflow> {
    model: String,
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
        Self::on(R::start(), prefix)
    }

    fn on(registry: R, prefix: &str) -> Self {
        let (model, models) = (unique(prefix), Models::of(registry.rest()));
        models.make(&model, "", &[]);
        Self {
            model,
            registry,
            models,
        }
    }

    /// The version `mlflow_model_version.it` of the model, with `more` in its body.
    fn config(&self, source: &str, more: &str) -> String {
        version(&self.model, source, more)
    }

    fn workspace(&self, source: &str, more: &str) -> Workspace {
        Workspace::bare(&self.registry.with_provider(&self.config(source, more)))
    }

    /// An applied one.
    fn applied(&self, source: &str, more: &str) -> Workspace {
        let workspace = self.workspace(source, more);
        workspace.apply().expect_ok();
        workspace
    }

    fn configure(&self, workspace: &Workspace, source: &str, more: &str) {
        let config = self.config(source, more);
        workspace.write("main.tf", &self.registry.with_provider(&config));
    }

    fn numbers(&self) -> Vec<String> {
        self.models.numbers(&self.model)
    }

    /// A proxy in front of its registry.
    fn proxy(&self) -> Proxy {
        Proxy::start(self.registry.address())
    }
}

impl<R: Registry> Drop for Subject<R> {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.models.find(&self.model).is_some() {
            self.models.delete(&self.model);
        }
    }
}

/// The version `mlflow_model_version.it`, with `more` in its body.
fn version(model: &str, source: &str, more: &str) -> String {
    format!(
        "resource \"mlflow_model_version\" \"it\" {{\n  model_name = {model:?}\n  \
         source = {source:?}\n  {more}\n}}\n"
    )
}

/// A proxy in front of the shared server.
fn proxy() -> Proxy {
    Proxy::start(Server::shared().address())
}

/// What a plan does to the one version of a case.
fn only(action: &str) -> [(String, String); 1] {
    [(IT.to_owned(), action.to_owned())]
}
