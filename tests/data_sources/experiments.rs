//! Experiments: one by its id or name, and all of them by filter, however many there are.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    Case, cases,
    experiments::Experiments,
    feature::Feature,
    mlflow::{Options, Server},
    registry::{Mlflow, Registry, on_both},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        more_than_a_page_is_complete,
        each_workspace_has_its_own,
        what_means_nothing_is_refused,
    ];
    let twice = on_both![
        one_is_shown_whole_by_id_and_by_name,
        an_absent_one_is_told,
        filters_narrow_and_the_order_is_by_name,
    ];
    [once, twice].concat()
}

/// A configuration that puts what the data source gives out as JSON.
fn shown(type_name: &str, arguments: &str) -> String {
    format!(
        "data \"{type_name}\" \"it\" {{\n{arguments}\n}}\n\
         output \"it\" {{ value = jsonencode(data.{type_name}.it) }}\n"
    )
}

fn found(workspace: &Workspace) -> Value {
    workspace.apply().expect_ok();
    let output = workspace.state_json()["values"]["outputs"]["it"]["value"].clone();
    serde_json::from_str(output.as_str().expect("it is a text")).expect("it is JSON")
}

fn one<R: Registry>(registry: &R, arguments: &str) -> Workspace {
    let config = shown("mlflow_experiment", arguments);
    Workspace::bare(&registry.with_provider(&config))
}

fn many<R: Registry>(registry: &R, arguments: &str) -> Workspace {
    let config = shown("mlflow_experiments", arguments);
    Workspace::bare(&registry.with_provider(&config))
}

fn one_is_shown_whole_by_id_and_by_name<R: Registry>() {
    let (registry, name) = (R::start(), R::experiment(&unique("shown")));
    let experiments = Experiments::of(registry.rest());
    let retention = "{\"type\":\"duration\",\"value\":\"30d\"}";
    let tags = [
        ("team", "risk"),
        ("mlflow.note.content", "What it is."),
        ("mlflow.trace.archivalRetention", retention),
    ];
    let id = experiments.make(&name, &tags);
    for (by, deleted) in [("id", false), ("name", false), ("id", true), ("name", true)] {
        if deleted && experiments.is_active(&id) {
            experiments.delete(&id);
        }
        let key = if by == "id" { &id } else { &name };
        let found = found(&one(&registry, &format!("{by} = {key:?}")));
        let experiment = experiments.get(&id);
        assert_eq!(found["id"], id.as_str());
        for same in [
            "name",
            "artifact_location",
            "lifecycle_stage",
            "creation_time",
            "last_update_time",
        ] {
            assert_eq!(found[same], experiment[same], "{same}");
        }
        assert_eq!(found["description"], "What it is.");
        assert_eq!(found["trace_archival_retention"], "30d");
        let tags = experiment["tags"].as_array().unwrap().iter();
        let keys: BTreeSet<_> = tags.map(|tag| tag["key"].to_string()).collect();
        assert_eq!(found["tags"].as_object().unwrap().len(), keys.len());
    }
}

fn an_absent_one_is_told<R: Registry>() {
    let registry = R::start();
    for by in [
        "id = \"987654321\"".to_owned(),
        format!("name = {:?}", R::experiment(&unique("absent"))),
    ] {
        let says = ["Experiment Not Found", &by];
        one(&registry, &by).plan().expect_error_containing(&says);
    }
}

fn filters_narrow_and_the_order_is_by_name<R: Registry>() {
    let (registry, prefix) = (R::start(), R::experiment(&unique("filtered")));
    let experiments = Experiments::of(registry.rest());
    let name = |letter: &str| format!("{prefix}-{letter}");
    let ids = [("c", "1"), ("a", "1"), ("b", "2"), ("d", "2")]
        .map(|(letter, tier)| experiments.make(&name(letter), &[("team", "risk"), ("tier", tier)]));
    experiments.delete(&ids[3]);
    for (filter, expected) in [
        ("", &["a", "b", "c"][..]),
        ("lifecycle_stage = \"active\"", &["a", "b", "c"]),
        ("lifecycle_stage = \"deleted\"", &["d"]),
        ("lifecycle_stage = \"all\"", &["a", "b", "c", "d"]),
        ("tags = { tier = \"1\" }", &["a", "c"]),
        (
            "tags = { tier = \"2\" }\nlifecycle_stage = \"all\"",
            &["b", "d"],
        ),
        ("name_regex = \"-[bc]$\"", &["b", "c"]),
        ("name_regex = \"'\\\"%\"", &[]),
    ] {
        let found = found(&many(
            &registry,
            &format!("name_prefix = \"{prefix}-\"\n{filter}"),
        ));
        let rows = found["experiments"].as_array().unwrap();
        let names: Vec<_> = rows.iter().map(|it| it["name"].as_str().unwrap()).collect();
        let expected: Vec<_> = expected.iter().map(|it| name(it)).collect();
        assert_eq!(names, expected, "{filter}");
        let of_rows: Vec<_> = rows.iter().map(|it| it["id"].clone()).collect();
        assert_eq!(found["ids"], json!(of_rows), "{filter}");
    }
}

/// Several pages of what a data source asks for at a time.
fn more_than_a_page_is_complete() {
    const MANY: usize = 1010;
    let server = Server::start(Options::default());
    let experiments = Experiments::of(server.rest());
    for number in 0..MANY {
        experiments.make(&format!("e-{number:04}"), &[]);
    }
    let config = shown("mlflow_experiments", "name_prefix = \"e-\"");
    let found = found(&Workspace::new(&server, &config));
    let rows = found["experiments"].as_array().unwrap();
    assert_eq!(rows.len(), MANY);
    assert_eq!(rows[MANY - 1]["name"], "e-1009");
}

fn each_workspace_has_its_own() {
    if !Feature::Workspaces.is_there() {
        return;
    }
    let (server, name) = (Server::with_workspaces(), unique("of-team"));
    for team in ["a", "b"].map(unique) {
        server.rest().create_workspace(&team);
        let experiments = Experiments::of(server.rest().in_workspace(&team));
        let id = experiments.make(&name, &[]);
        let arguments = format!("name = {name:?}\nworkspace = {team:?}");
        let config = shown("mlflow_experiment", &arguments);
        assert_eq!(found(&Workspace::new(server, &config))["id"], id.as_str());
        let config = shown("mlflow_experiments", &format!("workspace = {team:?}"));
        assert_eq!(found(&Workspace::new(server, &config))["ids"], json!([id]));
    }
}

fn what_means_nothing_is_refused() {
    let registry = Mlflow::start();
    for (arguments, says) in [
        ("", "Need One of ID and Name"),
        ("id = \"1\"\nname = \"x\"", "Need One of ID and Name"),
        ("name = \"\"", "name"),
        ("id = \"churn\"", "Invalid Experiment ID"),
    ] {
        one(&registry, arguments)
            .validate()
            .expect_error_containing(&[says]);
    }
    for (arguments, says) in [
        ("lifecycle_stage = \"ACTIVE\"", "Did you mean active?"),
        ("name_regex = \"(\"", "Invalid Regular Expression"),
    ] {
        many(&registry, arguments)
            .validate()
            .expect_error_containing(&[says]);
    }
}
