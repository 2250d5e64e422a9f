//! `mlflow_model_version`: a file for each thing a user does with it.

mod access;
mod drift;
mod import;
mod lifecycle;
mod lost;
mod refused;
mod rename;
mod source;

use crate::support::Case;
use crate::support::mlflow::Server;
use crate::support::models::Models;
use crate::support::proxy::Proxy;
use crate::support::terraform::Workspace;
use crate::support::unique;

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
    ]
    .concat()
}

/// The model whose version a case is about, on the server that all cases share.
struct Subject {
    model: String,
    models: Models,
}

impl Subject {
    fn new(prefix: &str) -> Self {
        let (model, models) = (unique(prefix), Models::shared());
        models.make(&model, "", &[]);
        Self { model, models }
    }

    /// The version `mlflow_model_version.it` of the model, with `more` in its body.
    fn config(&self, source: &str, more: &str) -> String {
        version(&self.model, source, more)
    }

    fn workspace(&self, source: &str, more: &str) -> Workspace {
        Workspace::new(Server::shared(), &self.config(source, more))
    }

    /// An applied one.
    fn applied(&self, source: &str, more: &str) -> Workspace {
        let workspace = self.workspace(source, more);
        workspace.apply().expect_ok();
        workspace
    }

    fn configure(&self, workspace: &Workspace, source: &str, more: &str) {
        workspace.reconfigure(Server::shared(), &self.config(source, more));
    }

    fn numbers(&self) -> Vec<String> {
        self.models.numbers(&self.model)
    }
}

impl Drop for Subject {
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
