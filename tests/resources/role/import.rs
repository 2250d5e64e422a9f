//! Roles that were made without Terraform, by hand or by the server, come under its care.

use std::fs;

use super::{IT, Subject, named, permit};
use crate::support::{Case, cases, terraform::host_version, unique};

pub fn cases() -> Vec<Case> {
    cases![
        by_name_block_and_identity_change_nothing,
        generated_configuration_plans_only_the_import,
        the_roles_that_a_server_makes,
        names_with_signs_are_encoded,
        hidden_and_unknown_ones_are_refused,
    ]
}

fn made(prefix: &str) -> Subject {
    let it = Subject::new(prefix);
    let id = it.access.make_role(&it.team, &it.name);
    it.access.permit(id, "experiment", "*", "EDIT");
    it
}

fn by_name_block_and_identity_change_nothing() {
    let it = made("import");
    let by_id = format!("id = \"workspace={}/{}\"", it.team, it.name);
    let by_identity = format!(
        "identity = {{ name = {:?}, workspace = {:?} }}",
        it.name, it.team
    );
    let ways = if host_version() >= (1, 12) {
        vec![by_id, by_identity]
    } else {
        vec![by_id]
    };
    for way in ways {
        let import = format!("import {{\n  to = {IT}\n  {way}\n}}\n");
        let config = it.config(&permit("experiment", "*", "EDIT"));
        let workspace = it.access.workspace(&format!("{import}{config}"));
        let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
        let text = workspace.apply().expect_ok().text();
        assert!(text.contains(counts), "{way}: {text}");
        workspace.expect_clean_plan();
    }
    it.access.delete_role(it.id());
}

fn generated_configuration_plans_only_the_import() {
    let it = made("generated");
    let import = format!("import {{\n  to = {IT}\n  id = {:?}\n}}\n", it.name);
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
}

/// A16: to create them is refused with the import, which works.
fn the_roles_that_a_server_makes() {
    let it = Subject::new("seeded");
    let config = named("user", &it.team, &permit("workspace", "*", "USE"));
    let workspace = it.access.workspace(&config);
    let id = format!("workspace={}/user", it.team);
    let says = ["Already Exists", "The server itself makes", "import {", &id];
    workspace.apply().expect_error_containing(&says);
    workspace.import(IT, &id).expect_ok();
    // It comes with a description, and ours has none.
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.access.permits(&it.team, "user"), ["workspace/*=USE"]);
    workspace.destroy().expect_ok();
    assert_eq!(it.access.role(&it.team, "user"), None);
}

fn names_with_signs_are_encoded() {
    let it = Subject::new("signs");
    let name = unique("a/b%c d@e");
    it.access.make_role(&it.team, &name);
    let workspace = it.access.workspace(&named(&name, &it.team, ""));
    let encoded = name.replace('%', "%25").replace('/', "%2F");
    let id = format!("workspace={}/{encoded}", it.team);
    workspace.import(IT, &id).expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// A34: an admin may rename and delete the roles that hold what is permitted to single users.
fn hidden_and_unknown_ones_are_refused() {
    let it = Subject::new("hidden");
    let ada = it.access.some_user("ada");
    let model = it.access.some_model(&it.team, "model");
    it.access
        .grant(&it.team, [&ada, "registered_model", &model, "READ"]);
    let hidden = it.access.user(&ada).unwrap()["id"].as_i64().unwrap();
    let hidden = format!("__user_{hidden}__");
    assert!(it.access.role(&it.team, &hidden).is_some());
    let workspace = it.workspace("");
    let import = |name: &str| workspace.import(IT, &format!("workspace={}/{name}", it.team));
    let says = ["Role of a Single User", "mlflow_permission"];
    import(&hidden).expect_error_containing(&says);
    let says = ["Cannot import non-existent remote object"];
    import(&unique("nobody")).expect_error_containing(&says);
    it.access.delete_user(&ada);
}
