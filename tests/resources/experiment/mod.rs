//! `mlflow_experiment`: a file for each thing a user does with it.

mod databricks;
mod deleted;
mod destroy;
mod drift;
mod import;
mod lifecycle;
mod lost;
mod python;
mod refused;
mod rename;
mod restore;
mod tags;

use crate::support::{
    Case,
    experiments::Experiments,
    mlflow::Server,
    proxy::Proxy,
    registry::{Mlflow, Registry},
    terraform::Workspace,
    unique,
};

const IT: &str = "mlflow_experiment.it";
const API: &str = "/api/2.0/mlflow/experiments";
/// The tag that is the description.
const NOTE: &str = "mlflow.note.content";

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        lifecycle::cases(),
        tags::cases(),
        drift::cases(),
        rename::cases(),
        import::cases(),
        destroy::cases(),
        deleted::cases(),
        restore::cases(),
        refused::cases(),
        lost::cases(),
        python::cases(),
        databricks::cases(),
    ]
    .concat()
}

/// The name of the experiment that a case is about, and the registry that it is on.
struct Subject<R = Mlflow> {
    name: String,
    registry: R,
    experiments: Experiments,
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
            name: R::experiment(&unique(prefix)),
            experiments: Experiments::of(registry.rest()),
            registry,
        }
    }

    /// The experiment `mlflow_experiment.it` with `more` in its body.
    fn config(&self, more: &str) -> String {
        named(&self.name, more)
    }

    /// An applied one, and its id.
    fn applied(&self, more: &str) -> (Workspace, String) {
        let workspace = self.workspace(more);
        workspace.apply().expect_ok();
        let id = id(&workspace);
        (workspace, id)
    }

    fn workspace(&self, more: &str) -> Workspace {
        Workspace::bare(&self.registry.with_provider(&self.config(more)))
    }

    fn configure(&self, workspace: &Workspace, more: &str) {
        self.rename(workspace, &self.name, more);
    }

    /// Configures it under another name.
    fn rename(&self, workspace: &Workspace, name: &str, more: &str) {
        workspace.write("main.tf", &self.registry.with_provider(&named(name, more)));
    }

    /// A proxy in front of its registry.
    fn proxy(&self) -> Proxy {
        Proxy::start(self.registry.address())
    }

    /// The id of what has the name, if it is not deleted.
    fn live(&self) -> Option<String> {
        let found = self.experiments.find_named(&self.name)?;
        let id = found["experiment_id"].as_str()?.to_owned();
        (found["lifecycle_stage"] == "active").then_some(id)
    }
}

/// The experiment `mlflow_experiment.it` of this name.
fn named(name: &str, more: &str) -> String {
    format!("resource \"mlflow_experiment\" \"it\" {{\n  name = {name:?}\n  {more}\n}}\n")
}

fn id(workspace: &Workspace) -> String {
    let id = workspace.resource(IT)["id"].clone();
    id.as_str().expect("ids are texts").to_owned()
}

/// The provider block for what is behind a proxy in front of the shared server.
fn behind(proxy: &Proxy, config: &str) -> String {
    Mlflow::at(&proxy.url(), config)
}

/// A proxy in front of the shared server.
fn proxy() -> Proxy {
    Proxy::start(Server::shared().address())
}

/// What a plan does to the one experiment of a case.
fn only(action: &str) -> [(String, String); 1] {
    [(IT.to_owned(), action.to_owned())]
}
