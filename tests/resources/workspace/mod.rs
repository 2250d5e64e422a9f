//! `mlflow_workspace`: a file for each thing a user does with it.

mod access;
mod destroy;
mod drift;
mod held;
mod import;
mod lifecycle;
mod lost;
mod refused;

use serde_json::{Value, json};

use crate::support::{
    Case, experiments::Experiments, feature::Feature, mlflow::Server, proxy::Proxy, rest::Rest,
    terraform::Workspace, unique,
};

const IT: &str = "mlflow_workspace.it";
const API: &str = "/api/3.0/mlflow/workspaces";

/// All of them. What stands in the way on a server without workspaces holds on any.
pub fn cases() -> Vec<Case> {
    if !Feature::Workspaces.is_there() {
        return refused::cases_without();
    }
    [
        lifecycle::cases(),
        drift::cases(),
        import::cases(),
        destroy::cases(),
        held::cases(),
        refused::cases(),
        refused::cases_without(),
        lost::cases(),
        access::cases(),
    ]
    .concat()
}

/// The name of the workspace that a case is about, on the server with workspaces that cases share.
struct Subject {
    name: String,
    rest: Rest,
}

impl Subject {
    fn new(prefix: &str) -> Self {
        Self {
            name: unique(prefix),
            rest: Server::with_workspaces().rest(),
        }
    }

    /// The workspace `mlflow_workspace.it` with `more` in its body.
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
        Workspace::new(Server::with_workspaces(), &self.config(more))
    }

    fn configure(&self, workspace: &Workspace, more: &str) {
        workspace.reconfigure(Server::with_workspaces(), &self.config(more));
    }

    /// The workspace as the server shows it, if there is one.
    fn find(&self) -> Option<Value> {
        find(&self.rest, &self.name)
    }

    fn get(&self) -> Value {
        self.find().expect("the workspace is there")
    }

    fn patch(&self, change: &Value) {
        self.rest
            .expect("PATCH", &format!("{API}/{}", self.name), change);
    }

    fn delete(&self, mode: &str) {
        let path = format!("{API}/{}?mode={mode}", self.name);
        let answer = self.rest.call("DELETE", &path, &Value::Null);
        assert_eq!(answer.status, 204, "{}", answer.text());
    }

    fn make(&self, more: &Value) {
        let mut workspace = json!({"name": self.name});
        let fields = more.as_object().cloned().unwrap_or_default();
        workspace.as_object_mut().unwrap().extend(fields);
        let answer = self.rest.call("POST", API, &workspace);
        assert_eq!(answer.status, 201, "{}", answer.text());
    }

    /// What is in it.
    fn experiments(&self) -> Experiments {
        Experiments::of(self.rest.clone().in_workspace(&self.name))
    }
}

fn find(rest: &Rest, name: &str) -> Option<Value> {
    let answer = rest.call("GET", &format!("{API}/{name}"), &Value::Null);
    if answer.status == 404 {
        return None;
    }
    assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    Some(answer.json()["workspace"].take())
}

/// The workspace `mlflow_workspace.it` of this name, with `more` but for what the server cannot do.
fn named(name: &str, more: &str) -> String {
    let more = known(more);
    format!("resource \"mlflow_workspace\" \"it\" {{\n  name = {name:?}\n  {more}\n}}\n")
}

/// These lines of a configuration, without what becomes of traces where no server of this version knows.
fn known(lines: &str) -> String {
    let known: Vec<_> = lines.lines().filter(|line| is_known(line)).collect();
    known.join("\n")
}

/// Whether a server of this version knows what a line or a change is about.
fn is_known(text: &str) -> bool {
    Feature::TraceArchival.is_there() || !text.contains("trace_archival")
}

/// What a workspace shows of that, where a server of this version knows.
fn archival(location: Option<&str>, retention: Option<&str>) -> Value {
    let mut shown = json!({});
    for (name, text) in [("location", location), ("retention", retention)] {
        if let Some(text) = text.filter(|_| Feature::TraceArchival.is_there()) {
            shown[name] = json!(text);
        }
    }
    shown
}

/// The provider block for what is behind a proxy.
fn behind(proxy: &Proxy, config: &str) -> String {
    format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n{config}",
        proxy.url()
    )
}

/// A proxy in front of the server with workspaces.
fn proxy() -> Proxy {
    Proxy::start(Server::with_workspaces().address())
}

/// What a plan does to the one workspace of a case.
fn only(action: &str) -> [(String, String); 1] {
    [(IT.to_owned(), action.to_owned())]
}
