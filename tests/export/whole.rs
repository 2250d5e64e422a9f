//! A whole server with objects of every type that might trip an export over, made by Python's client and
//! by REST: `terraform plan` finds nothing but imports. `make adopt` fills it with 500; every test run with
//! some.

use std::{collections::BTreeMap, env, fs, process::Command};

use serde::Deserialize;

use super::{Run, command};
use crate::support::{
    Case,
    access::as_user,
    cases,
    feature::Feature,
    mlflow::{ADMIN, ADMIN_PASSWORD, Options, Server, python},
    terraform::Workspace,
};

/// How many objects there are at least when nobody says otherwise.
const OBJECTS: &str = "60";

/// What the server makes itself, and an export leaves out: no configuration could make it.
const OF_THE_SERVER: [(&str, &str); 2] = [
    ("mlflow_experiment", "Default"),
    ("mlflow_workspace", "default"),
];

/// What the server makes in each workspace.
const OF_EACH_WORKSPACE: [(&str, &str); 2] = [("mlflow_role", "admin"), ("mlflow_role", "user")];

/// What was made.
#[derive(Debug, Deserialize)]
struct Filled {
    /// How many objects of each type are to be imported.
    made: BTreeMap<String, usize>,
    /// The types and names of those that no configuration can say.
    left_out: Vec<(String, String)>,
}

pub fn cases() -> Vec<Case> {
    cases![a_whole_hostile_server_is_imported_and_nothing_else]
}

fn a_whole_hostile_server_is_imported_and_nothing_else() {
    // Half of the types came after the oldest MLflow, the last of what is made with 3.17.
    if !Feature::GatewayAddresses.is_there() {
        return;
    }
    let server = Server::start(Options {
        workspaces: true,
        admin_password: Some(ADMIN_PASSWORD),
        ..Options::default()
    });
    let mut filled = fill(&server);
    // The one who is logged in.
    *filled.made.entry("mlflow_user".to_owned()).or_default() += 1;
    let workspace = Workspace::plain("").env("MLFLOW_TRACKING_URI", &server.url());
    let workspace = as_user(workspace, ADMIN, ADMIN_PASSWORD);
    let told = exported(&server, &workspace).stderr;
    expect_left_out(&filled, &workspace, &told);
    assert_eq!(imports(&workspace), filled.made, "{told}");
    expect_nothing_but_imports(&workspace, filled.made.values().sum());
}

fn fill(server: &Server) -> Filled {
    let objects = env::var("MLFLOW_TEST_ADOPT").unwrap_or_else(|_| OBJECTS.to_owned());
    let run = Command::new(python())
        .args([
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/export/fill.py"),
            &objects,
        ])
        .env("MLFLOW_TRACKING_URI", server.url())
        .env("MLFLOW_TRACKING_USERNAME", ADMIN)
        .env("MLFLOW_TRACKING_PASSWORD", ADMIN_PASSWORD)
        .env("MLFLOW_DISABLE_TELEMETRY", "true")
        .output();
    let run = run.expect("Python runs");
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{errors}");
    serde_json::from_slice(&run.stdout).expect("it prints what it made")
}

fn exported(server: &Server, workspace: &Workspace) -> Run {
    let folder = workspace.path("");
    let out = ["--with-provider", "--versions", "--out"];
    let out = [&out[..], &[folder.to_str().unwrap()]].concat();
    let run = command(&server.url(), &out)
        .env("MLFLOW_TRACKING_USERNAME", ADMIN)
        .env("MLFLOW_TRACKING_PASSWORD", ADMIN_PASSWORD)
        .output();
    Run::of(run.unwrap()).expect_ok()
}

/// The list is closed: what is not in it is imported. Each has a comment, and there is a warning.
fn expect_left_out(filled: &Filled, workspace: &Workspace, told: &str) {
    let places = filled.made["mlflow_workspace"];
    let of_each = OF_EACH_WORKSPACE.iter().flat_map(|it| vec![it; places]);
    let of_server = OF_THE_SERVER.iter().chain(of_each);
    let of_server = of_server.map(|(kind, name)| ((*kind).to_owned(), (*name).to_owned()));
    let mut expected: Vec<_> = filled.left_out.iter().cloned().chain(of_server).collect();
    for (kind, name) in &mut expected {
        assert!(
            told.contains(&format!("{name:?}")),
            "{kind} {name:?} is not told: {told}"
        );
        *kind = format!("# Left out: {kind} {name:?}");
    }
    let files = files(workspace);
    let lines = files
        .lines()
        .filter(|line| line.starts_with("# Left out: "));
    for line in lines.clone() {
        let is_expected = expected.iter().any(|(head, _)| {
            let rest = line.strip_prefix(head.as_str());
            rest.is_some_and(|rest| rest.starts_with(['.', ' ']))
        });
        assert!(is_expected, "{line}");
    }
    assert_eq!(lines.count(), expected.len(), "{expected:#?}\n{told}");
    assert_eq!(
        told.matches("Prompt Version Not Readable").count(),
        2,
        "{told}"
    );
    assert!(!told.contains("canary") && !files.contains("canary"));
    expect_references(&files);
}

/// What names an exported object by the id that the server gave it refers to that, wherever it lives.
fn expect_references(files: &str) {
    let literal = files.lines().find(|line| {
        let line = line.trim_start();
        line.starts_with("role_id ") && !line.contains("mlflow_role.")
    });
    assert_eq!(literal, None);
    for reference in ["resource_id   = mlflow_", "resource_pattern = mlflow_"] {
        assert!(files.contains(reference), "{reference}");
    }
}

/// How many imports of each type were written.
fn imports(workspace: &Workspace) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let text = fs::read_to_string(workspace.path("imports.tf")).unwrap();
    for line in text.lines() {
        if let Some((kind, _)) = line
            .trim_start()
            .strip_prefix("to = ")
            .and_then(|it| it.split_once('.'))
        {
            *found.entry(kind.to_owned()).or_default() += 1;
        }
    }
    found
}

fn expect_nothing_but_imports(workspace: &Workspace, count: usize) {
    let formatted = workspace.run(&["fmt", "-check", "-diff"]);
    assert!(formatted.is_ok(), "{}", formatted.text());
    workspace.validate().expect_ok();
    let plan = workspace.plan().expect_ok().text();
    let says = format!("{count} to import, 0 to add, 0 to change, 0 to destroy");
    assert!(plan.contains(&says), "no {says:?} in {plan}");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    eprintln!("{says}");
}

/// All that was written.
fn files(workspace: &Workspace) -> String {
    let entries = fs::read_dir(workspace.path("")).unwrap();
    let paths = entries.map(|it| it.unwrap().path());
    let files = paths.filter(|it| it.extension().is_some_and(|it| it == "tf"));
    files.map(|it| fs::read_to_string(it).unwrap()).collect()
}
