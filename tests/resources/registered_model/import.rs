//! Models that were made without Terraform come under its care.

use std::fs;

use super::{IT, Subject};
use crate::support::{
    Case, cases,
    mlflow::Server,
    registry::{Registry, on_both},
    terraform::{Workspace, host_version},
    unique,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        an_unknown_name_and_a_prompt_are_refused,
        what_an_argument_refuses_is_not_imported,
        one_that_is_named_like_a_workspace_is_exported,
    ];
    let twice = on_both![
        by_id_and_then_plans_clean,
        by_block_and_by_identity_change_nothing,
        generated_configuration_plans_only_the_import,
        tags_that_a_configuration_lacks_are_named_before_they_go,
        tags_that_are_left_out_stay,
    ];
    [once, twice].concat()
}

const ALL: &str = "description = \"Of old\"\n  tags = { owner = \"growth\" }";

/// A model that was made without Terraform.
fn made<R: Registry>(prefix: &str) -> Subject<R> {
    let it = Subject::on_its_own(prefix);
    it.models.make(&it.name, "Of old", &[("owner", "growth")]);
    it
}

fn by_id_and_then_plans_clean<R: Registry>() {
    let it = made::<R>("import");
    let workspace = it.workspace(ALL);
    workspace.import(IT, &it.name).expect_ok();
    workspace.expect_clean_plan();
    let state = workspace.resource(IT);
    assert_eq!(state["id"], it.name.as_str());
    assert_eq!(state["force_destroy"], false);
    workspace.destroy().expect_ok();
    assert_eq!(it.models.find(&it.name), None);
}

fn by_block_and_by_identity_change_nothing<R: Registry>() {
    let it = made::<R>("block");
    let by_id = format!("id = {:?}", it.name);
    let by_identity = format!("identity = {{ name = {:?} }}", it.name);
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
    it.models.delete(&it.name);
}

fn generated_configuration_plans_only_the_import<R: Registry>() {
    let it = made::<R>("generated");
    it.models.set_tag(&it.name, "mlflow.note", "never read");
    let import = format!("import {{\n  to = {IT}\n  id = {:?}\n}}\n", it.name);
    let generating = import.replace("  id =", "  provider = mlflow\n  id =");
    let workspace = Workspace::bare(&it.registry.with_provider(&generating));
    let out = ["plan", "-input=false", "-generate-config-out=generated.tf"];
    workspace.run(&out).expect_ok();
    let written = fs::read_to_string(workspace.path("generated.tf")).unwrap();
    assert!(
        written.contains("owner") && !written.contains("mlflow.note"),
        "{written}"
    );
    workspace.write("main.tf", &it.registry.with_provider(&import));
    let text = workspace.apply().expect_ok().text();
    let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
    assert!(text.contains(counts), "{text}");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn tags_that_a_configuration_lacks_are_named_before_they_go<R: Registry>() {
    let it = made::<R>("lacking");
    it.models.set_tag(&it.name, "tier", "critical");
    let workspace = it.workspace(ALL);
    workspace.import(IT, &it.name).expect_ok();
    let text = workspace.plan().expect_ok().text();
    assert!(text.contains("tier"), "{text}");
    assert!(text.contains("Warning:"), "{text}");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(!it.models.tags(&it.name).contains_key("tier"));
    workspace.destroy().expect_ok();
}

fn tags_that_are_left_out_stay<R: Registry>() {
    let it = made::<R>("kept");
    let workspace = it.workspace("description = \"Of old\"");
    workspace.import(IT, &it.name).expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.models.tags(&it.name)["owner"], "growth");
    workspace.destroy().expect_ok();
}

fn an_unknown_name_and_a_prompt_are_refused() {
    let it = Subject::new("prompt");
    it.models.make_prompt(&it.name);
    let workspace = it.workspace("");
    let prompt = workspace.import(IT, &it.name);
    prompt.expect_error_containing(&["prompt", &it.name]);
    let says = ["Cannot import non-existent remote object"];
    workspace
        .import(IT, &unique("nobody"))
        .expect_error_containing(&says);
    it.models.delete(&it.name);
}

fn what_an_argument_refuses_is_not_imported() {
    let it = Subject::new("forms");
    let workspace = Workspace::at("http://127.0.0.1:9", &it.config(""));
    for (id, says) in [
        ("old/name", "MLflow before 3.11.1 took such names"),
        ("a:b", "Invalid Model Name"),
        ("workspace=A/churn", "It is the workspace that is imported"),
    ] {
        workspace.import(IT, id).expect_error_containing(&[says]);
    }
}

fn one_that_is_named_like_a_workspace_is_exported() {
    let it = Subject::new("unused");
    let name = format!("workspace={}", unique("x"));
    it.models.make(&name, "", &[]);
    let id = format!("workspace=default/{name}");
    let config = it
        .config("")
        .replace(&format!("{:?}", it.name), &format!("{name:?}"));
    let workspace = Workspace::new(Server::shared(), &config);
    workspace
        .apply()
        .expect_error_containing(&["Already Exists", &format!("id = {id:?}")]);
    workspace.import(IT, &id).expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}
