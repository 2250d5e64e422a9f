//! Users that were made without Terraform come under its care.

use std::fs;

use super::{IT, Subject, only, plain};
use crate::support::{Case, access::PASSWORD, cases, terraform::host_version, unique};

pub fn cases() -> Vec<Case> {
    cases![
        by_name_block_and_identity_change_nothing,
        generated_configuration_plans_only_the_import,
        a_password_is_sent_once_by_the_next_apply,
        an_unknown_name_is_refused,
    ]
}

fn made(prefix: &str) -> Subject {
    let it = Subject::new(prefix);
    it.access.make_user(&it.name);
    it
}

fn by_name_block_and_identity_change_nothing() {
    let it = made("import");
    let by_id = format!("id = {:?}", it.name);
    let by_identity = format!("identity = {{ username = {:?} }}", it.name);
    let ways = if host_version() >= (1, 12) {
        vec![by_id, by_identity]
    } else {
        vec![by_id]
    };
    for way in ways {
        let import = format!("import {{\n  to = {IT}\n  {way}\n}}\n");
        let workspace = it.access.workspace(&format!("{import}{}", it.config("")));
        let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
        let text = workspace.apply().expect_ok().text();
        assert!(text.contains(counts), "{way}: {text}");
        workspace.expect_clean_plan();
        assert_eq!(workspace.resource(IT)["is_admin"], false);
        assert!(it.opens(PASSWORD));
    }
    it.access.delete_user(&it.name);
}

fn generated_configuration_plans_only_the_import() {
    let it = made("generated");
    it.access.set_admin(&it.name, true);
    let import = format!("import {{\n  to = {IT}\n  id = {:?}\n}}\n", it.name);
    let generating = import.replace("  id =", "  provider = mlflow\n  id =");
    let workspace = it.access.workspace(&generating);
    let out = ["plan", "-input=false", "-generate-config-out=generated.tf"];
    workspace.run(&out).expect_ok();
    let written = fs::read_to_string(workspace.path("generated.tf")).unwrap();
    assert!(written.contains("is_admin"), "{written}");
    workspace.reconfigure(it.access.server(), &import);
    let text = workspace.apply().expect_ok().text();
    let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
    assert!(text.contains(counts), "{text}");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn a_password_is_sent_once_by_the_next_apply() {
    let it = made("sent");
    let new = "imported-horse-battery";
    let workspace = it.workspace(&plain(new));
    workspace.import(IT, &it.name).expect_ok();
    assert!(it.opens(PASSWORD));
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(it.opens(new) && !it.opens(PASSWORD));
    workspace.destroy().expect_ok();
}

fn an_unknown_name_is_refused() {
    let it = Subject::new("unknown");
    let says = ["Cannot import non-existent remote object"];
    let workspace = it.workspace("");
    workspace
        .import(IT, &unique("nobody"))
        .expect_error_containing(&says);
}
