//! Webhooks that were made without Terraform come under its care.

use super::{IT, Subject, id};
use crate::support::Case;
use crate::support::registry::{Made, Registry, on_both};

pub fn cases() -> Vec<Case> {
    on_both![
        imports_by_id_and_then_plans_clean,
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

fn refuses_to_import_an_unknown_id<R: Registry>() {
    let it = Subject::<R>::new("unknown");
    let workspace = it.workspace(&it.signing(""));
    let says = ["Cannot import non-existent remote object"];
    let unknown = "00000000-0000-4000-8000-000000000000";
    workspace.import(IT, unknown).expect_error_containing(&says);
}
