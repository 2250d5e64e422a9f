//! `mlflow_experiment`: a file for each thing a user does with it.

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

use crate::support::Case;
use crate::support::experiments::Experiments;
use crate::support::mlflow::Server;
use crate::support::proxy::Proxy;
use crate::support::terraform::Workspace;
use crate::support::unique;

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
    ]
    .concat()
}

/// The name of the experiment that a case is about, on the server that all cases share.
struct Subject {
    name: String,
    experiments: Experiments,
}

impl Subject {
    fn new(prefix: &str) -> Self {
        Self {
            name: unique(prefix),
            experiments: Experiments::shared(),
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
        Workspace::new(Server::shared(), &self.config(more))
    }

    fn configure(&self, workspace: &Workspace, more: &str) {
        workspace.reconfigure(Server::shared(), &self.config(more));
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

/// The provider block for what is behind a proxy.
fn behind(proxy: &Proxy, config: &str) -> String {
    format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n{config}",
        proxy.url()
    )
}

/// A proxy in front of the shared server.
fn proxy() -> Proxy {
    Proxy::start(Server::shared().address())
}

/// What a plan does to the one experiment of a case.
fn only(action: &str) -> [(String, String); 1] {
    [(IT.to_owned(), action.to_owned())]
}
