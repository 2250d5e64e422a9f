//! Webhooks that were made without Terraform come under its care.

use super::{
    IT, Subject,
    generated::{generate, generating, import},
    id,
};
use crate::support::{
    Case,
    registry::{Made, Registry, on_both},
};

pub fn cases() -> Vec<Case> {
    on_both![
        imports_by_id_and_then_plans_clean,
        applies_the_configuration_that_the_host_writes,
        refuses_to_import_an_unknown_id,
    ]
}

fn imports_by_id_and_then_plans_clean<R: Registry>() {
    let it = Subject::<R>::new("import");
    let made = it.registry.make(&Made {
        description: "Of old",
        ..Made::named(&it.name)
    });
    let workspace = it.workspace(&it.with("description = \"Of old\"", ""));
    workspace.import(IT, &made).expect_ok();
    assert_eq!(id(&workspace), made);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert_eq!(it.webhooks(), []);
}

fn applies_the_configuration_that_the_host_writes<R: Registry>() {
    let it = Subject::<R>::new("generated");
    let made = it.registry.make(&Made {
        description: "Of old",
        secret: Some("theirs"),
        ..Made::named(&it.name)
    });
    let before = it.webhook();
    let workspace = it.workspace(&generating(&made));
    generate(&workspace).expect_ok();
    it.configure(&workspace, &import(&made));
    let applied = workspace.apply().expect_ok();
    let nothing_else = "1 imported, 0 added, 0 changed, 0 destroyed";
    assert!(applied.text().contains(nothing_else), "{}", applied.text());
    workspace.expect_clean_plan();
    assert_eq!(it.webhook(), before);
    it.registry.assert_signs_with(Some("theirs"));
    workspace.destroy().expect_ok();
}

fn refuses_to_import_an_unknown_id<R: Registry>() {
    let it = Subject::<R>::new("unknown");
    let workspace = it.workspace(&it.signing(""));
    let says = ["Cannot import non-existent remote object"];
    let unknown = "00000000-0000-4000-8000-000000000000";
    workspace.import(IT, unknown).expect_error_containing(&says);
    let says = ["Invalid Import ID", "mlflow_webhooks shows the ids"];
    for id in ["name:deploy", "a?b=c", "%2e%2e", "..", " ", "a b", "m/"] {
        workspace.import(IT, id).expect_error_containing(&says);
    }
}
