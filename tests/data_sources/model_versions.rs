//! Versions of a model: one by number, alias or age, and all of them.

use serde_json::{Value, json};

use super::registered_models::{found, shown};
use crate::support::{Case, cases, mlflow::Server, models::Models, terraform::Workspace, unique};

pub fn cases() -> Vec<Case> {
    cases![
        one_is_shown_whole_however_it_is_asked_for,
        the_newest_is_shown_whatever_its_stage,
        what_is_not_there_is_told,
        all_are_shown_newest_first_with_their_aliases,
        all_are_shown_though_searches_hide_them,
        what_means_nothing_is_refused,
    ]
}

fn one(model: &str, more: &str) -> Workspace {
    let arguments = format!("model_name = {model:?}\n{more}");
    Workspace::new(Server::shared(), &shown("mlflow_model_version", &arguments))
}

fn all(model: &str) -> Vec<Value> {
    let arguments = format!("model_name = {model:?}");
    let config = shown("mlflow_model_versions", &arguments);
    let found = found(&Workspace::new(Server::shared(), &config));
    found["versions"].as_array().cloned().unwrap_or_default()
}

fn numbers(versions: &[Value]) -> Vec<&str> {
    let numbers = versions.iter().map(|it| it["version"].as_str());
    numbers.map(Option::unwrap_or_default).collect()
}

fn one_is_shown_whole_however_it_is_asked_for() {
    let (models, name) = (Models::shared(), unique("versions"));
    models.make(&name, "", &[]);
    models.add_versions(&name, 9);
    let fields = json!({"source": "s3://b/ten", "description": "Ten", "run_id": "r",
        "tags": [{"key": "a", "value": "1"}, {"key": "mlflow.x", "value": "2"}]});
    models.add_version(&name, fields);
    for alias in ["zulu", "alpha"] {
        models.set_alias(&name, alias, "10");
    }
    for asked in ["", "version = \"10\"", "version = 10", "alias = \"zulu\""] {
        let found = found(&one(&name, asked));
        let told = models.version(&name, "10").unwrap();
        for (attribute, value) in [
            ("version", json!("10")),
            ("source", json!("s3://b/ten")),
            ("description", json!("Ten")),
            ("run_id", json!("r")),
            ("run_link", Value::Null),
            ("status", json!("READY")),
            ("stage", json!("None")),
            ("tags", json!({"a": "1", "mlflow.x": "2"})),
            ("aliases", json!(["alpha", "zulu"])),
            ("creation_timestamp", told["creation_timestamp"].clone()),
        ] {
            assert_eq!(found[attribute], value, "{asked}: {attribute}");
        }
    }
    models.delete(&name);
}

/// R17, R21: stages are written in any case, and shown in one.
fn the_newest_is_shown_whatever_its_stage() {
    let (models, name) = (Models::shared(), unique("stages"));
    models.make(&name, "", &[]);
    models.add_versions(&name, 3);
    for (version, stage) in [("3", "PRODUCTION"), ("1", "staging")] {
        let change = json!({"name": name, "version": version, "stage": stage,
            "archive_existing_versions": false});
        let path = "/api/2.0/mlflow/model-versions/transition-stage";
        Server::shared().rest().expect("POST", path, &change);
    }
    let newest = found(&one(&name, ""));
    assert_eq!(newest["version"], "3");
    assert_eq!(newest["stage"], "Production");
    assert_eq!(numbers(&all(&name)), ["3", "2", "1"]);
    models.add_prompt_version(&name, "text", "Hi");
    models.delete_version(&name, "4");
    assert_eq!(found(&one(&name, ""))["version"], "3");
    models.delete(&name);
}

/// R21: a server answers for `latest` though nobody set it.
fn what_is_not_there_is_told() {
    let (models, name) = (Models::shared(), unique("absent"));
    one(&name, "").plan().expect_error_containing(&[
        "Registered Model Not Found",
        &name,
        "model_name",
    ]);
    models.make(&name, "", &[]);
    one(&name, "")
        .plan()
        .expect_error_containing(&["No Version Yet", &name]);
    models.add_versions(&name, 1);
    models.set_alias(&name, "champion", "1");
    for (asked, says) in [
        ("version = \"7\"", ["Model Version Not Found", "7"]),
        (
            "alias = \"Champion\"",
            ["Alias Not Found", "It has champion."],
        ),
        (
            "alias = \"latest\"",
            ["Alias Not Found", "It has champion."],
        ),
    ] {
        one(&name, asked).plan().expect_error_containing(&says);
    }
    models.turn_into_prompt(&name);
    let says = ["Model Is a Prompt", &name];
    one(&name, "").plan().expect_error_containing(&says);
    models.delete(&name);
}

fn all_are_shown_newest_first_with_their_aliases() {
    let (models, name) = (Models::shared(), unique("it's all"));
    models.make(&name, "", &[]);
    assert_eq!(all(&name), [Value::Null; 0]);
    models.add_versions(&name, 12);
    models.delete_version(&name, "11");
    models.set_alias(&name, "champion", "2");
    let found = all(&name);
    let expected = ["12", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1"];
    assert_eq!(numbers(&found), expected);
    assert_eq!(found[9]["aliases"], json!(["champion"]));
    assert_eq!(found[0]["aliases"], json!([]));
    models.delete(&name);
}

/// By one that is marked as a prompt's, and by a name that no search can hold.
fn all_are_shown_though_searches_hide_them() {
    let (models, hidden) = (Models::shared(), unique("hidden"));
    models.make(&hidden, "", &[]);
    models.add_versions(&hidden, 2);
    models.add_prompt_version(&hidden, "text", "Hi");
    models.add_versions(&hidden, 1);
    assert_eq!(numbers(&all(&hidden)), ["4", "2", "1"]);
    assert_eq!(found(&one(&hidden, ""))["version"], "4");
    let quoted = unique("'\"");
    models.make(&quoted, "", &[]);
    models.add_versions(&quoted, 2);
    assert_eq!(numbers(&all(&quoted)), ["2", "1"]);
    assert_eq!(found(&one(&quoted, ""))["version"], "2");
    models.delete(&hidden);
    models.delete(&quoted);
}

fn what_means_nothing_is_refused() {
    for (arguments, says) in [
        ("version = \"01\"", "Invalid Version"),
        ("version = \"\"", "version"),
        ("alias = \"\"", "alias"),
        ("version = \"1\"\nalias = \"a\"", "Version and Alias Given"),
    ] {
        let validated = one("m", arguments).validate();
        assert!(validated.is_refused_with(says), "{arguments}");
    }
}
