//! Model definitions: every part is changed in place, and what others change is planned.

use serde_json::{Value, json};

use super::{DEFINITION, KEY, SECRET, Subject, applied, id_of, only, reapply};
use crate::support::{Case, cases, mlflow::Server};

pub fn cases() -> Vec<Case> {
    cases![
        every_part_is_changed_in_place,
        every_part_is_mended,
        one_whose_secret_was_deleted_gets_it_again,
        one_that_is_gone_is_made_anew,
    ]
}

fn config(it: &Subject, model: &str) -> String {
    let secret = it.secret(&format!("secret_value = {{ api_key = {KEY:?} }}"));
    format!(
        "{secret}{}",
        it.definition(&format!("model_name = {model:?}"))
    )
}

fn every_part_is_changed_in_place() {
    let it = Subject::new("definition");
    let config = config(&it, "gpt-4o");
    let workspace = applied(&config);
    workspace.expect_clean_plan();
    let id = id_of(&workspace, DEFINITION);
    let other = format!("{}-other", it.name);
    let second = it.gateway.make_secret(&other, KEY);
    let (_, definition) = config
        .split_once("resource \"mlflow_gateway_model_definition\"")
        .unwrap();
    let renamed = definition.replace(&it.name, &other);
    let remodelled = renamed.replace("gpt-4o", "claude-3");
    let moved = remodelled.replace("\"openai\"", "\"anthropic\"");
    let elsewhere = moved.replace("mlflow_gateway_secret.it.id", &format!("{second:?}"));
    for definition in [&renamed, &remodelled, &moved, &elsewhere] {
        let config = config
            .split_once("resource \"mlflow_gateway_model_definition\"")
            .unwrap()
            .0;
        let config = format!("{config}resource \"mlflow_gateway_model_definition\"{definition}");
        reapply(&workspace, &config, DEFINITION, "update");
        assert_eq!(id_of(&workspace, DEFINITION), id);
    }
    let found = it.gateway.definition(&id).unwrap();
    let shown = ["name", "secret_id", "provider", "model_name"].map(|it| found[it].clone());
    assert_eq!(
        shown,
        [
            json!(other),
            json!(second),
            json!("anthropic"),
            json!("claude-3")
        ]
    );
    workspace.destroy().expect_ok();
    assert_eq!(it.gateway.definition(&id), None);
    it.clear();
}

fn every_part_is_mended() {
    let it = Subject::new("mended");
    let workspace = applied(&config(&it, "gpt-4o"));
    let id = id_of(&workspace, DEFINITION);
    let before = it.gateway.definition(&id).unwrap();
    let second = it.gateway.make_secret(&format!("{}-theirs", it.name), KEY);
    for theirs in [
        json!({"name": format!("{}-theirs", it.name)}),
        json!({"secret_id": second}),
        json!({"provider": "azure"}),
        json!({"model_name": "theirs"}),
    ] {
        let mut change = theirs.clone();
        change["model_definition_id"] = json!(id);
        it.gateway.post("model-definitions/update", &change);
        assert_eq!(
            workspace.planned_actions(),
            only(DEFINITION, "update"),
            "{theirs}"
        );
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let after = it.gateway.definition(&id).unwrap();
        for part in ["name", "secret_id", "provider", "model_name"] {
            assert_eq!(after[part], before[part], "{theirs}");
        }
    }
    workspace.destroy().expect_ok();
    it.clear();
}

/// The server deletes a secret in use without a word.
fn one_whose_secret_was_deleted_gets_it_again() {
    let it = Subject::new("orphan");
    let workspace = applied(&config(&it, "gpt-4o"));
    let id = id_of(&workspace, DEFINITION);
    it.gateway.delete_secret(&id_of(&workspace, SECRET));
    assert_eq!(
        it.gateway.definition(&id).unwrap()["secret_id"],
        Value::Null
    );
    let mut planned = workspace.planned_actions();
    planned.sort();
    let expected = [only(DEFINITION, "update"), only(SECRET, "create")].concat();
    assert_eq!(planned, expected);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let secret = json!(id_of(&workspace, SECRET));
    assert_eq!(it.gateway.definition(&id).unwrap()["secret_id"], secret);
    workspace.destroy().expect_ok();
}

fn one_that_is_gone_is_made_anew() {
    let it = Subject::new("gone");
    let workspace = applied(&config(&it, "gpt-4o"));
    it.gateway.delete_definition(&id_of(&workspace, DEFINITION));
    assert_eq!(workspace.planned_actions(), only(DEFINITION, "create"));
    workspace.apply().expect_ok();
    workspace.reconfigure(Server::shared(), &config(&it, "gpt-4o"));
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}
