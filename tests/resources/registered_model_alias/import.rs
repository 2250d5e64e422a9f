//! Aliases that were set without Terraform come under its care.

use std::fs;

use super::{IT, Subject, alias};
use crate::support::{
    Case, cases,
    mlflow::Server,
    models::Models,
    terraform::{Workspace, host_version},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        by_id_and_then_plans_clean,
        by_block_and_by_identity_change_nothing,
        generated_configuration_plans_only_the_import,
        of_a_model_with_an_at_sign_in_its_name,
        ids_of_another_form_and_unknown_ones_are_refused,
    ]
}

fn by_id_and_then_plans_clean() {
    let it = Subject::new("import");
    it.models.set_alias(&it.model, "champion", "2");
    let workspace = Workspace::new(Server::shared(), &it.config("2"));
    workspace
        .import(IT, &format!("{}@champion", it.model))
        .expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert_eq!(it.champion(), None);
}

fn by_block_and_by_identity_change_nothing() {
    let it = Subject::new("block");
    it.models.set_alias(&it.model, "champion", "2");
    let by_id = format!("id = \"{}@champion\"", it.model);
    let by_identity = format!(
        "identity = {{\n    model_name = {:?}\n    alias = \"champion\"\n  }}",
        it.model
    );
    let ways = if host_version() >= (1, 12) {
        vec![by_id, by_identity]
    } else {
        vec![by_id]
    };
    for way in ways {
        let config = format!("import {{\n  to = {IT}\n  {way}\n}}\n{}", it.config("2"));
        let workspace = Workspace::new(Server::shared(), &config);
        let text = workspace.apply().expect_ok().text();
        let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
        assert!(text.contains(counts), "{way}: {text}");
        workspace.expect_clean_plan();
    }
}

fn generated_configuration_plans_only_the_import() {
    let it = Subject::new("generated");
    it.models.set_alias(&it.model, "champion", "2");
    let import = format!(
        "import {{\n  to = {IT}\n  id = \"{}@champion\"\n}}\n",
        it.model
    );
    let generating = import.replace("  id =", "  provider = mlflow\n  id =");
    let workspace = Workspace::new(Server::shared(), &generating);
    let out = ["plan", "-input=false", "-generate-config-out=generated.tf"];
    workspace.run(&out).expect_ok();
    let written = fs::read_to_string(workspace.path("generated.tf")).unwrap();
    assert!(written.contains("champion"), "{written}");
    workspace.reconfigure(Server::shared(), &import);
    let text = workspace.apply().expect_ok().text();
    let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
    assert!(text.contains(counts), "{text}");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// Aliases have no such sign, so the last one divides.
fn of_a_model_with_an_at_sign_in_its_name() {
    let (model, models) = (format!("{}@home", unique("at")), Models::shared());
    models.make(&model, "", &[]);
    models.add_versions(&model, 1);
    models.set_alias(&model, "champion", "1");
    let config = alias(&model, "champion", "1", "");
    let workspace = Workspace::new(Server::shared(), &config);
    workspace
        .import(IT, &format!("{model}@champion"))
        .expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    models.delete(&model);
}

/// R21: a server answers for `latest` though nobody set it.
fn ids_of_another_form_and_unknown_ones_are_refused() {
    let it = Subject::new("unknown");
    let workspace = Workspace::new(Server::shared(), &it.config("1"));
    for id in [it.model.as_str(), "@champion", "m@"] {
        let says = ["Invalid Import ID", "MODEL_NAME@ALIAS"];
        workspace.import(IT, id).expect_error_containing(&says);
    }
    let reserved = format!("{}@latest", it.model);
    let refused = workspace.import(IT, &reserved);
    refused.expect_error_containing(&["Invalid Alias", "It is the alias that is imported"]);
    let says = ["Cannot import non-existent remote object"];
    for id in [
        format!("{}@nobody", it.model),
        format!("{}@champion", unique("nobody")),
    ] {
        workspace.import(IT, &id).expect_error_containing(&says);
    }
}
