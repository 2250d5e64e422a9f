//! `mlflow_role`: what it permits is what a login may.

mod drift;
mod import;
mod lifecycle;
mod lost;
mod older;
mod refused;

use crate::support::{
    Case, access::Access, feature::Feature, proxy::Proxy, terraform::Workspace, unique,
};

const IT: &str = "mlflow_role.it";

/// All of them; on a server without such roles, that it is refused.
pub fn cases() -> Vec<Case> {
    if !Feature::Roles.is_there() {
        return older::cases();
    }
    [
        lifecycle::cases(),
        drift::cases(),
        import::cases(),
        refused::cases(),
        lost::cases(),
    ]
    .concat()
}

/// The name of the role that a case is about, and the workspace that it is in.
struct Subject {
    name: String,
    team: String,
    access: Access,
}

impl Subject {
    fn new(prefix: &str) -> Self {
        let access = Access::shared();
        Self {
            name: unique(prefix),
            team: access.some_workspace(prefix),
            access,
        }
    }

    /// The role `mlflow_role.it` with `more` in its body.
    fn config(&self, more: &str) -> String {
        named(&self.name, &self.team, more)
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

    fn id(&self) -> i64 {
        let role = self.access.role(&self.team, &self.name);
        role.and_then(|it| it["id"].as_i64()).expect("it is there")
    }

    fn permits(&self) -> Vec<String> {
        self.access.permits(&self.team, &self.name)
    }
}

fn named(name: &str, team: &str, more: &str) -> String {
    format!(
        "resource \"mlflow_role\" \"it\" {{\n  name = {name:?}\n  workspace = {team:?}\n  {more}\n}}\n"
    )
}

/// A block.
fn permit(kind: &str, pattern: &str, permission: &str) -> String {
    format!(
        "permission {{\n    resource_type = {kind:?}\n    resource_pattern = {pattern:?}\n    \
         permission = {permission:?}\n  }}\n"
    )
}

/// A proxy in front of the server with logins.
fn proxy() -> Proxy {
    Proxy::start(Access::shared().server().address())
}

/// What a plan does to the one role of a case.
fn only(action: &str) -> [(String, String); 1] {
    [(IT.to_owned(), action.to_owned())]
}
