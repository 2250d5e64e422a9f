//! Registered models: one by its name, and all of them by filter, however many there are.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::support::{
    Case, cases,
    feature::Feature,
    mlflow::{Options, Server},
    models::Models,
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        one_is_shown_whole,
        a_prompt_and_an_absent_one_are_told,
        filters_narrow_and_the_order_is_by_name,
        more_than_a_page_is_complete,
        each_workspace_has_its_own,
        what_means_nothing_is_refused,
    ]
}

/// A configuration that puts what the data source gives out as JSON.
pub fn shown(type_name: &str, arguments: &str) -> String {
    format!(
        "data \"{type_name}\" \"it\" {{\n{arguments}\n}}\n\
         output \"it\" {{ value = jsonencode(data.{type_name}.it) }}\n"
    )
}

pub fn found(workspace: &Workspace) -> Value {
    workspace.apply().expect_ok();
    let text = output(workspace, "it");
    serde_json::from_str(text.as_str().expect("it is a text")).expect("it is JSON")
}

fn output(workspace: &Workspace, name: &str) -> Value {
    workspace.state_json()["values"]["outputs"][name]["value"].clone()
}

fn one(name: &str) -> Workspace {
    let arguments = format!("name = {name:?}");
    Workspace::new(
        Server::shared(),
        &shown("mlflow_registered_model", &arguments),
    )
}

fn many(arguments: &str) -> Workspace {
    Workspace::new(
        Server::shared(),
        &shown("mlflow_registered_models", arguments),
    )
}

fn one_is_shown_whole() {
    let (models, name) = (Models::shared(), unique("shown"));
    models.make(
        &name,
        "What it is.",
        &[("team", "risk"), ("mlflow.note", "ui")],
    );
    models.add_versions(&name, 2);
    models.set_alias(&name, "champion", "1");
    let found = found(&one(&name));
    assert_eq!(found["description"], "What it is.");
    assert_eq!(found["tags"], json!({"team": "risk", "mlflow.note": "ui"}));
    assert_eq!(found["aliases"], json!({"champion": "1"}));
    assert_eq!(found["latest_versions"], json!({"None": "2"}));
    let model = models.get(&name);
    for time in ["creation_timestamp", "last_updated_timestamp"] {
        assert_eq!(found[time], model[time], "{time}");
    }
    models.delete(&name);
}

fn a_prompt_and_an_absent_one_are_told() {
    let (models, name) = (Models::shared(), unique("absent"));
    one(&name)
        .plan()
        .expect_error_containing(&["Registered Model Not Found", "name = "]);
    models.make_prompt(&name);
    one(&name)
        .plan()
        .expect_error_containing(&["Model Is a Prompt", "name = "]);
    models.delete(&name);
}

fn filters_narrow_and_the_order_is_by_name() {
    let (models, prefix) = (Models::shared(), unique("filtered"));
    let name = |letter: &str| format!("{prefix}-{letter}");
    for (letter, tier) in [("c", "1"), ("a", "1"), ("b", "2")] {
        models.make(&name(letter), "", &[("team", "risk"), ("tier", tier)]);
    }
    models.make_prompt(&name("d"));
    for (filter, expected) in [
        ("", &["a", "b", "c"][..]),
        ("tags = { tier = \"1\" }", &["a", "c"]),
        ("tags = { tier = \"1\", team = \"other\" }", &[]),
        ("tags = {}", &["a", "b", "c"]),
        ("name_regex = \"-[bc]$\"", &["b", "c"]),
        ("name_regex = \"'\\\"%\"", &[]),
    ] {
        let found = found(&many(&format!("name_prefix = \"{prefix}-\"\n{filter}")));
        let expected: Vec<_> = expected.iter().map(|it| name(it)).collect();
        assert_eq!(found["names"], json!(expected), "{filter}");
        let rows = found["registered_models"].as_array().unwrap();
        let names: Vec<_> = rows.iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{filter}");
    }
    for letter in ["a", "b", "c", "d"] {
        models.delete(&name(letter));
    }
}

/// MLflow gives at most 1000 in one page.
fn more_than_a_page_is_complete() {
    const MANY: usize = 1010;
    let server = Server::start(Options::default());
    let models = Models::of(server.rest());
    for number in 0..MANY {
        models.make(&format!("m-{number:04}"), "", &[]);
    }
    let config = shown("mlflow_registered_models", "name_prefix = \"m-\"");
    let found = found(&Workspace::new(&server, &config));
    let names = found["names"].as_array().unwrap();
    assert_eq!(names.len(), MANY);
    assert_eq!(names[MANY - 1], "m-1009");
}

fn each_workspace_has_its_own() {
    if !Feature::Workspaces.is_there() {
        return;
    }
    let (server, name, mut config) = (Server::with_workspaces(), unique("of-team"), String::new());
    let teams = ["a", "b"].map(unique);
    for team in &teams {
        server.rest().create_workspace(team);
        Models::of(server.rest().in_workspace(team)).make(&name, team, &[]);
        let _ = write!(
            config,
            "data \"mlflow_registered_model\" {team:?} {{\nname = {name:?}\nworkspace = {team:?}\n}}\n\
             output {team:?} {{ value = data.mlflow_registered_model.{team}.description }}\n"
        );
    }
    let workspace = Workspace::new(server, &config);
    workspace.apply().expect_ok();
    for team in &teams {
        assert_eq!(output(&workspace, team), json!(team));
    }
}

fn what_means_nothing_is_refused() {
    for (arguments, says) in [
        ("name_regex = \"(\"", "Invalid Regular Expression"),
        ("tags = { team = null }", "Null Element"),
        ("workspace = \"\"", "workspace"),
    ] {
        let validated = many(arguments).validate();
        validated.expect_error_containing(&[says]);
    }
}
