//! `mlflow_user`: what is true is what a login shows.

mod drift;
mod import;
mod itself;
mod lifecycle;
mod lost;
mod refused;
mod secrets;

use crate::support::{Case, access::Access, proxy::Proxy, terraform::Workspace, unique};

const IT: &str = "mlflow_user.it";
const API: &str = "/users/";

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        lifecycle::cases(),
        secrets::cases(),
        itself::cases(),
        drift::cases(),
        import::cases(),
        refused::cases(),
        lost::cases(),
    ]
    .concat()
}

/// The name of the user that a case is about, on the server with logins that all cases share.
struct Subject {
    name: String,
    access: Access,
}

impl Subject {
    fn new(prefix: &str) -> Self {
        Self {
            name: unique(prefix),
            access: Access::shared(),
        }
    }

    /// The user `mlflow_user.it` with `more` in its body.
    fn config(&self, more: &str) -> String {
        named(&self.name, more)
    }

    fn workspace(&self, more: &str) -> Workspace {
        self.access.workspace(&self.config(more))
    }

    /// An applied one.
    fn applied(&self, more: &str) -> Workspace {
        let workspace = self.workspace(more);
        workspace.apply().expect_ok();
        workspace
    }

    fn configure(&self, workspace: &Workspace, more: &str) {
        workspace.reconfigure(self.access.server(), &self.config(more));
    }

    fn opens(&self, password: &str) -> bool {
        self.access.opens(&self.name, password)
    }
}

/// The user `mlflow_user.it` of this name.
fn named(name: &str, more: &str) -> String {
    format!("resource \"mlflow_user\" \"it\" {{\n  username = {name:?}\n  {more}\n}}\n")
}

/// A password in the form that leaves no trace.
fn write_only(password: &str, version: u8) -> String {
    format!("password_wo = {password:?}\n  password_wo_version = {version}")
}

fn plain(password: &str) -> String {
    format!("password = {password:?}")
}

/// A proxy in front of the server with logins.
fn proxy() -> Proxy {
    Proxy::start(Access::shared().server().address())
}

/// What a plan does to the one user of a case.
fn only(action: &str) -> [(String, String); 1] {
    [(IT.to_owned(), action.to_owned())]
}
