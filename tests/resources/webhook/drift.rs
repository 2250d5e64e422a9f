//! What others change on the registry is planned, and mended by an apply.

use super::{IT, Subject, id, only};
use crate::support::{
    Case,
    registry::{Drift, Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    on_both![
        mends_every_field,
        plans_one_create_for_a_deleted_one,
        destroys_what_is_gone,
    ]
}

fn mends_every_field<R: Registry>() {
    let (it, workspace) = applied::<R>("drift");
    let before = it.webhook();
    for drift in Drift::ALL {
        it.registry.disturb(&before.id, drift);
        assert_eq!(workspace.planned_actions(), only("update"), "{drift:?}");
        workspace.apply().expect_ok();
        assert_eq!(it.webhook(), before, "{drift:?}");
    }
    workspace.destroy().expect_ok();
}

fn plans_one_create_for_a_deleted_one<R: Registry>() {
    let (it, workspace) = applied::<R>("deleted");
    let before = it.webhook().id;
    it.registry.delete(&before);
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_ne!(id(&workspace), before);
    workspace.destroy().expect_ok();
}

fn destroys_what_is_gone<R: Registry>() {
    let (it, workspace) = applied::<R>("gone");
    it.registry.delete(&id(&workspace));
    workspace.destroy().expect_ok();
}

fn applied<R: Registry>(name: &str) -> (Subject<R>, Workspace) {
    let it = Subject::new(name);
    let workspace = it.workspace(&it.signing("description = \"Ours\""));
    workspace.apply().expect_ok();
    assert_eq!(workspace.resource(IT)["id"], it.webhook().id.as_str());
    (it, workspace)
}
