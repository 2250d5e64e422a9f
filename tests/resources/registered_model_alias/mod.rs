//! `mlflow_registered_model_alias`: a file for each thing a user does with it.

mod drift;
mod events;
mod import;
mod lifecycle;
mod lost;
mod python;
mod refused;
mod rename;

use crate::support::{
    Case, mlflow::Server, models::Models, proxy::Proxy, terraform::Workspace, unique,
};

const IT: &str = "mlflow_registered_model_alias.it";
const ALIAS: &str = "/registered-models/alias";

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        lifecycle::cases(),
        events::cases(),
        drift::cases(),
        rename::cases(),
        import::cases(),
        refused::cases(),
        lost::cases(),
        python::cases(),
    ]
    .concat()
}

/// A model with three versions that a case is about, on the server that all cases share.
struct Subject {
    model: String,
    models: Models,
}

impl Subject {
    fn new(prefix: &str) -> Self {
        let (model, models) = (unique(prefix), Models::shared());
        models.make(&model, "", &[]);
        models.add_versions(&model, 3);
        Self { model, models }
    }

    /// The alias `mlflow_registered_model_alias.it`, `champion` of the model, at a version.
    fn config(&self, version: &str) -> String {
        alias(&self.model, "champion", version, "")
    }

    /// An applied one.
    fn applied(&self, version: &str) -> Workspace {
        let workspace = Workspace::new(Server::shared(), &self.config(version));
        workspace.apply().expect_ok();
        workspace
    }

    fn configure(&self, workspace: &Workspace, version: &str) {
        workspace.reconfigure(Server::shared(), &self.config(version));
    }

    /// Where the alias points to on the server.
    fn champion(&self) -> Option<String> {
        self.models.aliases(&self.model).remove("champion")
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.models.find(&self.model).is_some() {
            self.models.delete(&self.model);
        }
    }
}

/// The alias `mlflow_registered_model_alias.it`, with `more` in its body.
fn alias(model: &str, alias: &str, version: &str, more: &str) -> String {
    format!(
        "resource \"mlflow_registered_model_alias\" \"it\" {{\n  model_name = {model:?}\n  \
         alias = {alias:?}\n  version = {version:?}\n  {more}\n}}\n"
    )
}

/// A proxy in front of the shared server.
fn proxy() -> Proxy {
    Proxy::start(Server::shared().address())
}

/// What a plan does to the one alias of a case.
fn only(action: &str) -> [(String, String); 1] {
    [(IT.to_owned(), action.to_owned())]
}
