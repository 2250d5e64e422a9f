//! `mlflow_permission`: what is permitted to one user is what its login may.

mod drift;
mod import;
mod lifecycle;
mod refused;
mod rename;
mod server;

use crate::support::{Case, access::Access, feature::Feature, proxy::Proxy, terraform::Workspace};

const IT: &str = "mlflow_permission.it";

/// All of them; that older servers are refused is among the cases of roles.
pub fn cases() -> Vec<Case> {
    if !Feature::Roles.is_there() {
        return Vec::new();
    }
    [
        lifecycle::cases(),
        drift::cases(),
        import::cases(),
        refused::cases(),
        rename::cases(),
        server::cases(),
    ]
    .concat()
}

/// A user, and a model in a workspace that nobody may look at by himself.
struct Subject {
    access: Access,
    team: String,
    user: String,
    model: String,
}

impl Subject {
    fn new(prefix: &str) -> Self {
        let access = Access::shared();
        let team = access.some_workspace(prefix);
        Self {
            user: access.some_user(prefix),
            model: access.some_model(&team, prefix),
            team,
            access,
        }
    }

    /// The permission `mlflow_permission.it` on the model, with `more` in its body.
    fn config(&self, level: &str, more: &str) -> String {
        let more = format!("workspace = {:?}\n  {more}", self.team);
        on_model(&self.user, &self.model, level, &more)
    }

    fn workspace(&self, level: &str) -> Workspace {
        self.access.workspace(&self.config(level, ""))
    }

    /// An applied one.
    fn applied(&self, level: &str) -> Workspace {
        let workspace = self.workspace(level);
        workspace.apply().expect_ok();
        workspace
    }

    fn configure(&self, workspace: &Workspace, level: &str, more: &str) {
        workspace.reconfigure(self.access.server(), &self.config(level, more));
    }

    /// The statuses of reading and of editing.
    fn may(&self) -> (u16, u16) {
        (
            self.access.reads_model(&self.team, &self.user, &self.model),
            self.access.edits_model(&self.team, &self.user, &self.model),
        )
    }

    fn own(&self) -> Vec<String> {
        self.access.own(&self.team, &self.user)
    }

    /// Lets the user make things in the workspace, and so own them.
    fn may_create(&self) {
        let role = self
            .access
            .role(&self.team, "user")
            .expect("the server makes it");
        self.access.assign(role["id"].as_i64().unwrap(), &self.user);
    }
}

fn permission(user: &str, kind: &str, id: &str, level: &str, more: &str) -> String {
    format!(
        "resource \"mlflow_permission\" \"it\" {{\n  username = {user:?}\n  resource_type = {kind:?}\n  \
         resource_id = {id:?}\n  permission = {level:?}\n  {more}\n}}\n"
    )
}

fn on_model(user: &str, model: &str, level: &str, more: &str) -> String {
    permission(user, "registered_model", model, level, more)
}

/// A proxy in front of the server with logins.
fn proxy() -> Proxy {
    Proxy::start(Access::shared().server().address())
}

/// What a plan does to the one permission of a case.
fn only(action: &str) -> [(String, String); 1] {
    [(IT.to_owned(), action.to_owned())]
}
