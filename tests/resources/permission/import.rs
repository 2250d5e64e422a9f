//! What was permitted without Terraform comes under its care.

use std::fs;

use super::{IT, Subject, permission};
use crate::support::{Case, cases, terraform::host_version};

pub fn cases() -> Vec<Case> {
    cases![
        by_id_and_identity_change_nothing,
        generated_configuration_plans_only_the_import,
        ids_with_slashes_are_encoded,
    ]
}

fn made(prefix: &str) -> Subject {
    let it = Subject::new(prefix);
    it.access
        .grant(&it.team, [&it.user, "registered_model", &it.model, "EDIT"]);
    it
}

fn by_id_and_identity_change_nothing() {
    let it = made("import");
    let id = format!(
        "workspace={}/{}/registered_model/{}",
        it.team, it.user, it.model
    );
    let by_id = format!("id = {id:?}");
    let by_identity = format!(
        "identity = {{ username = {:?}, resource_type = \"registered_model\", resource_id = {:?}, workspace = {:?} }}",
        it.user, it.model, it.team
    );
    let ways = if host_version() >= (1, 12) {
        vec![by_id, by_identity]
    } else {
        vec![by_id]
    };
    for way in ways {
        let import = format!("import {{\n  to = {IT}\n  {way}\n}}\n");
        let workspace = it
            .access
            .workspace(&format!("{import}{}", it.config("EDIT", "")));
        let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
        let text = workspace.apply().expect_ok().text();
        assert!(text.contains(counts), "{way}: {text}");
        workspace.expect_clean_plan();
        assert_eq!(workspace.resource(IT)["overwrite"], false);
    }
    let workspace = it.workspace("EDIT");
    let says = ["Cannot import non-existent remote object"];
    // The same in the provider's own workspace.
    let elsewhere = id.split_once('/').unwrap().1;
    workspace
        .import(IT, elsewhere)
        .expect_error_containing(&says);
    it.access.delete_user(&it.user);
}

fn generated_configuration_plans_only_the_import() {
    let it = made("generated");
    let id = format!("{}/registered_model/{}", it.user, it.model);
    let import = format!("import {{\n  to = {IT}\n  id = {id:?}\n}}\n");
    let generating = import.replace("  id =", "  provider = mlflow\n  id =");
    let workspace = it
        .access
        .workspace(&generating)
        .env("MLFLOW_WORKSPACE", &it.team);
    let out = ["plan", "-input=false", "-generate-config-out=generated.tf"];
    workspace.run(&out).expect_ok();
    let written = fs::read_to_string(workspace.path("generated.tf")).unwrap();
    assert!(written.contains("\"EDIT\""), "{written}");
    workspace.reconfigure(it.access.server(), &import);
    let text = workspace.apply().expect_ok().text();
    let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
    assert!(text.contains(counts), "{text}");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert_eq!(it.own(), [""; 0]);
    it.access.delete_user(&it.user);
}

fn ids_with_slashes_are_encoded() {
    let it = Subject::new("slash");
    let scorer = "7/is%20it%2Fcorrect";
    it.access
        .grant(&it.team, [&it.user, "scorer", scorer, "READ"]);
    let more = format!("workspace = {:?}", it.team);
    let config = permission(&it.user, "scorer", scorer, "READ", &more);
    let workspace = it.access.workspace(&config);
    let encoded = scorer.replace('%', "%25").replace('/', "%2F");
    let id = format!("workspace={}/{}/scorer/{encoded}", it.team, it.user);
    workspace.import(IT, &id).expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert_eq!(it.own(), [""; 0]);
    it.access.delete_user(&it.user);
}
