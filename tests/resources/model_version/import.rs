//! Versions that training made come under Terraform's care, and an import plans nothing.

use std::fs;

use serde_json::json;

use super::{IT, Subject, only};
use crate::support::{
    Case, cases,
    registry::{Registry, on_both},
    terraform::{Workspace, host_version},
    unique,
};

pub fn cases() -> Vec<Case> {
    let once = cases![what_no_server_shows_is_taken_from_the_configuration,];
    let twice = on_both![
        by_id_and_then_plans_clean,
        by_block_and_by_identity_change_nothing,
        generated_configuration_plans_only_the_import,
        ids_of_another_form_and_unknown_ones_are_refused,
    ];
    [once, twice].concat()
}

const ONE: &str = "s3://models/churn/1";
const ALL: &str = "description = \"Of old\"\n  tags = { owner = \"growth\" }";

/// A version that was made without Terraform.
fn made<R: Registry>(prefix: &str) -> Subject<R> {
    let it = Subject::on_its_own(prefix);
    let fields = json!({"source": ONE, "description": "Of old",
        "tags": [{"key": "owner", "value": "growth"}]});
    it.models.add_version(&it.model, fields);
    it
}

fn by_id_and_then_plans_clean<R: Registry>() {
    let it = made::<R>("import");
    let workspace = it.workspace(ONE, ALL);
    let id = format!("{}/1", it.model);
    workspace.import(IT, &id).expect_ok();
    workspace.expect_clean_plan();
    let state = workspace.resource(IT);
    assert_eq!(state["id"], id);
    assert_eq!(state["skip_destroy"], true);
    workspace.destroy().expect_ok();
    assert_eq!(it.numbers(), ["1"]);
}

fn by_block_and_by_identity_change_nothing<R: Registry>() {
    let it = made::<R>("block");
    let by_id = format!("id = \"{}/1\"", it.model);
    let by_identity = format!(
        "identity = {{\n    model_name = {:?}\n    version = \"1\"\n  }}",
        it.model
    );
    let ways = if host_version() >= (1, 12) {
        vec![by_id, by_identity]
    } else {
        vec![by_id]
    };
    for way in ways {
        let import = format!("import {{\n  to = {IT}\n  {way}\n}}\n");
        let config = format!("{import}{}", it.config(ONE, ALL));
        let workspace = Workspace::bare(&it.registry.with_provider(&config));
        let text = workspace.apply().expect_ok().text();
        let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
        assert!(text.contains(counts), "{way}: {text}");
        workspace.expect_clean_plan();
    }
}

fn generated_configuration_plans_only_the_import<R: Registry>() {
    let it = made::<R>("generated");
    let import = format!("import {{\n  to = {IT}\n  id = \"{}/1\"\n}}\n", it.model);
    let generating = import.replace("  id =", "  provider = mlflow\n  id =");
    let workspace = Workspace::bare(&it.registry.with_provider(&generating));
    let out = ["plan", "-input=false", "-generate-config-out=generated.tf"];
    workspace.run(&out).expect_ok();
    let written = fs::read_to_string(workspace.path("generated.tf")).unwrap();
    assert!(written.contains(ONE), "{written}");
    workspace.write("main.tf", &it.registry.with_provider(&import));
    let text = workspace.apply().expect_ok().text();
    let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
    assert!(text.contains(counts), "{text}");
    workspace.expect_clean_plan();
}

/// An alias that led to the version, and the logged model: neither makes a new version.
fn what_no_server_shows_is_taken_from_the_configuration() {
    let (it, from) = (Subject::new("to"), Subject::new("from"));
    from.models.add_versions(&from.model, 1);
    let resolved = format!("models:/{}/1", from.model);
    it.models
        .add_version(&it.model, json!({"source": resolved}));
    let by_alias = format!("models:/{}@champion", from.model);
    let workspace = it.workspace(&by_alias, "model_id = \"m-1\"");
    workspace.import(IT, &format!("{}/1", it.model)).expect_ok();
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.numbers(), ["1"]);
    let elsewhere = it.workspace("models:/other@champion", "");
    elsewhere.import(IT, &format!("{}/1", it.model)).expect_ok();
    assert_eq!(elsewhere.planned_actions(), only("delete-create"));
    // What was changed since its import is as configured, and another alias means another version.
    it.configure(&workspace, &resolved, "model_id = \"m-1\"");
    assert_eq!(workspace.planned_actions(), only("delete-create"));
}

/// A server reads `01` as 1, and the state would name it so.
fn ids_of_another_form_and_unknown_ones_are_refused<R: Registry>() {
    let it = made::<R>("unknown");
    let workspace = it.workspace(ONE, ALL);
    let bad = ["", "/", "/01", "/0", "/ 1", "/1.0", "/latest", "/\u{ff11}"];
    for id in bad.map(|end| format!("{}{end}", it.model)) {
        let says = ["Invalid Import ID", "MODEL_NAME/VERSION"];
        workspace.import(IT, &id).expect_error_containing(&says);
    }
    let says = ["Cannot import non-existent remote object"];
    for id in [format!("{}/7", it.model), format!("{}/1", unique("nobody"))] {
        workspace.import(IT, &id).expect_error_containing(&says);
    }
}
