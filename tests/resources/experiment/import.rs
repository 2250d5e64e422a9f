//! Experiments that were made without Terraform come under its care.

use std::fs;

use serde_json::Value;

use super::{IT, NOTE, Subject};
use crate::support::{
    Case, cases,
    registry::{Mlflow, Registry, on_both},
    terraform::{Workspace, host_version},
    unique,
};

pub fn cases() -> Vec<Case> {
    let once = cases![tags_that_a_configuration_lacks_are_named_before_they_go,];
    let twice = on_both![
        by_id_and_by_name_and_then_plans_clean,
        by_block_and_by_identity_change_nothing,
        generated_configuration_plans_only_the_import,
        an_unknown_one_and_a_deleted_one_are_refused,
    ];
    [once, twice].concat()
}

const ALL: &str = "description = \"Of old\"\n  tags = { owner = \"growth\" }";

/// An experiment that was made without Terraform, and that the user interface has touched.
fn made<R: Registry>(prefix: &str) -> (Subject<R>, String) {
    let it = Subject::on_its_own(prefix);
    let tags = [(NOTE, "Of old"), ("owner", "growth")];
    let id = it.experiments.make(&it.name, &tags);
    it.experiments
        .set_tag(&id, "mlflow.experimentKind", "never read");
    (it, id)
}

fn by_id_and_by_name_and_then_plans_clean<R: Registry>() {
    let (it, id) = made::<R>("import");
    for by in [id.clone(), format!("name:{}", it.name)] {
        let workspace = it.workspace(ALL);
        workspace.import(IT, &by).expect_ok();
        workspace.expect_clean_plan();
        let state = workspace.resource(IT);
        assert_eq!(state["id"], id.as_str(), "{by}");
        assert_eq!(state["restore_deleted"], false);
        assert_eq!(state["rename_on_destroy"], true);
    }
    let workspace = it.workspace("");
    workspace.import(IT, &id).expect_ok();
    workspace.destroy().expect_ok();
    assert_eq!(it.live(), None);
}

fn by_block_and_by_identity_change_nothing<R: Registry>() {
    let (it, id) = made::<R>("block");
    let by_id = format!("id = \"name:{}\"", it.name);
    let by_identity = format!("identity = {{ id = {id:?} }}");
    let ways = if host_version() >= (1, 12) {
        vec![by_id, by_identity]
    } else {
        vec![by_id]
    };
    for way in ways {
        let import = format!("import {{\n  to = {IT}\n  {way}\n}}\n");
        let config = format!("{import}{}", it.config(ALL));
        let workspace = Workspace::bare(&it.registry.with_provider(&config));
        let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
        let text = workspace.apply().expect_ok().text();
        assert!(text.contains(counts), "{way}: {text}");
        workspace.expect_clean_plan();
    }
    it.experiments.delete(&id);
}

fn generated_configuration_plans_only_the_import<R: Registry>() {
    let (it, id) = made::<R>("generated");
    let import = format!("import {{\n  to = {IT}\n  id = {id:?}\n}}\n");
    let generating = import.replace("  id =", "  provider = mlflow\n  id =");
    let workspace = Workspace::bare(&it.registry.with_provider(&generating));
    let out = ["plan", "-input=false", "-generate-config-out=generated.tf"];
    workspace.run(&out).expect_ok();
    let written = fs::read_to_string(workspace.path("generated.tf")).unwrap();
    assert!(
        written.contains("owner") && !written.contains("mlflow."),
        "{written}"
    );
    workspace.write("main.tf", &it.registry.with_provider(&import));
    let text = workspace.apply().expect_ok().text();
    let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
    assert!(text.contains(counts), "{text}");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert_eq!(it.live(), None);
}

fn tags_that_a_configuration_lacks_are_named_before_they_go() {
    let (it, id) = made::<Mlflow>("lacking");
    it.experiments.set_tag(&id, "tier", "critical");
    let workspace = it.workspace(ALL);
    workspace.import(IT, &id).expect_ok();
    let text = workspace.plan().expect_ok().text();
    assert!(text.contains("tier") && text.contains("Warning:"), "{text}");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let tags = it.experiments.tags(&id);
    assert!(!tags.contains_key("tier"), "{tags:?}");
    assert!(tags.contains_key("mlflow.experimentKind"), "{tags:?}");
    it.configure(&workspace, "");
    workspace.apply().expect_ok();
    assert_eq!(workspace.resource(IT)["description"], Value::Null);
    assert_eq!(it.experiments.tags(&id)["owner"], "growth");
    workspace.destroy().expect_ok();
}

fn an_unknown_one_and_a_deleted_one_are_refused<R: Registry>() {
    let (it, id) = made::<R>("deleted");
    let workspace = it.workspace("");
    let says = ["Cannot import non-existent remote object"];
    for unknown in [
        "987654321".to_owned(),
        format!("name:{}", R::experiment(&unique("nobody"))),
    ] {
        workspace
            .import(IT, &unknown)
            .expect_error_containing(&says);
    }
    it.experiments.delete(&id);
    for by in [id.clone(), format!("name:{}", it.name)] {
        let says = ["Experiment Is Deleted", "restore_deleted = true", &id];
        workspace.import(IT, &by).expect_error_containing(&says);
    }
}
