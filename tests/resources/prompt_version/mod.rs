//! `mlflow_prompt_version`: a file for each thing a user does with it. What it shares with versions of
//! models has its cases there.

mod drift;
mod events;
mod import;
mod lifecycle;
mod lost;
mod python;
mod refused;

use crate::support::{
    Case, feature::Feature, mlflow::Server, models::Models, proxy::Proxy, terraform::Workspace,
    unique,
};

const IT: &str = "mlflow_prompt_version.it";
const CREATE: &str = "/model-versions/create";
const TEXT: &str = "mlflow.prompt.text";

/// All of them.
pub fn cases() -> Vec<Case> {
    let offline = refused::offline();
    let prompts = [
        lifecycle::cases(),
        drift::cases(),
        import::cases(),
        refused::cases(),
        lost::cases(),
        events::cases(),
        python::cases(),
    ];
    match Feature::PromptSettings.is_there() {
        true => [offline, prompts.concat()].concat(),
        false => offline,
    }
}

/// The prompt whose version a case is about, on the server that all cases share.
struct Subject {
    prompt: String,
    models: Models,
}

impl Subject {
    fn new(prefix: &str) -> Self {
        let (prompt, models) = (unique(prefix), Models::shared());
        models.make_prompt(&prompt);
        Self { prompt, models }
    }

    /// The version `mlflow_prompt_version.it` with this in its body.
    fn config(&self, body: &str) -> String {
        version(&self.prompt, body)
    }

    fn workspace(&self, body: &str) -> Workspace {
        Workspace::new(Server::shared(), &self.config(body))
    }

    /// An applied one.
    fn applied(&self, body: &str) -> Workspace {
        let workspace = self.workspace(body);
        workspace.apply().expect_ok();
        workspace
    }

    fn configure(&self, workspace: &Workspace, body: &str) {
        workspace.reconfigure(Server::shared(), &self.config(body));
    }

    fn numbers(&self) -> Vec<String> {
        self.models.numbers(&self.prompt)
    }

    fn tag(&self, version: &str, key: &str) -> Option<String> {
        self.models.version_tags(&self.prompt, version).remove(key)
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.models.find(&self.prompt).is_some() {
            self.models.delete(&self.prompt);
        }
    }
}

/// The version `mlflow_prompt_version.it` with this in its body.
fn version(prompt: &str, body: &str) -> String {
    format!(
        "resource \"mlflow_prompt_version\" \"it\" {{\n  prompt_name = {prompt:?}\n  {body}\n}}\n"
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
