//! Modules among the examples that bring tests of their own, run by the real `terraform test`: with
//! mocks, and for real.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::support::{
    Case, cases, mlflow::Server, models::Models, proxy::Proxy, terraform::Workspace, unique,
};

pub fn cases() -> Vec<Case> {
    cases![modules_pass_their_own_tests]
}

const MODULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/modules");

fn modules_pass_their_own_tests() {
    let all = files_in(Path::new(MODULES)).into_iter();
    let tested: Vec<_> = all.filter(|it| it.join("tests").is_dir()).collect();
    assert!(!tested.is_empty(), "no module has tests");
    for module in tested {
        passes_its_tests(&module);
    }
}

fn passes_its_tests(module: &Path) {
    let (server, team) = (Server::shared(), unique("team"));
    let proxy = Proxy::start(server.address());
    let workspace = Workspace::plain("")
        .env("MLFLOW_TRACKING_URI", &proxy.url())
        .var("team", &team)
        .var("webhook_url", "http://127.0.0.1:9/hook");
    copy(module, "", &workspace);
    let run = workspace.run(&["test"]).expect_ok();
    assert!(run.text().contains("Success!"), "{}", run.text());
    assert_eq!(proxy.count("POST", "/webhooks"), 1, "{}", run.text());
    let left = server.rest().webhooks().into_iter();
    let is_ours = |it: &Value| {
        it["name"]
            .as_str()
            .is_some_and(|name| name.starts_with(&team))
    };
    let left: Vec<_> = left.filter(is_ours).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(Models::shared().beginning(&team).is_empty());
}

fn copy(from: &Path, below: &str, to: &Workspace) {
    for path in files_in(from) {
        let name = path.file_name().unwrap().to_string_lossy();
        let name = format!("{below}{name}");
        if path.is_dir() {
            copy(&path, &format!("{name}/"), to);
        } else {
            to.write(&name, &fs::read_to_string(&path).unwrap());
        }
    }
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|it| it.unwrap().path()).collect()
}
