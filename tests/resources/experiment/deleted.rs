//! What others delete, or remove for good, is planned anew; what has its id then is not taken for it.

use super::{IT, Subject, id, only};
use crate::support::{
    Case, cases,
    mlflow::{Server, is_on_postgresql},
};

pub fn cases() -> Vec<Case> {
    cases![
        elsewhere_plans_one_create_and_tells_the_ways_out,
        for_good_plans_one_create,
        for_good_and_its_id_given_to_another_is_not_ours,
        what_has_its_id_since_the_plan_is_not_changed,
    ]
}

fn elsewhere_plans_one_create_and_tells_the_ways_out() {
    let it = Subject::new("deleted");
    let (workspace, first) = it.applied("description = \"Ours\"");
    it.experiments.delete(&first);
    let text = workspace.plan().expect_ok().text();
    for says in [
        "Warning: Experiment Was Deleted",
        "restore_deleted = true",
        &format!("mlflow gc --experiment-ids {first}"),
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    assert_eq!(workspace.planned_actions(), only("create"));
    let says = [
        "Already Exists",
        "restore_deleted = true",
        &format!("mlflow gc --experiment-ids {first}"),
    ];
    let refused = workspace.apply().expect_error_containing(&says);
    assert!(
        !refused.text().contains("import {"),
        "it cannot be imported"
    );

    // Restored by hand before anything was written, it is as it was.
    it.experiments.restore(&first);
    workspace.run(&["state", "list"]).expect_ok();
    workspace.import(IT, &first).expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn for_good_plans_one_create() {
    let it = Subject::new("collected");
    let (workspace, first) = it.applied("");
    it.experiments.delete(&first);
    Server::shared().gc(&first);
    assert_eq!(workspace.planned_actions(), only("create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// Only the last id is given again, and other cases make experiments too: it is tried until it is.
fn for_good_and_its_id_given_to_another_is_not_ours() {
    for _ in 0..20 {
        let (it, other) = (Subject::new("collected"), Subject::new("stranger"));
        let (workspace, first) = it.applied("");
        it.experiments.delete(&first);
        Server::shared().gc(&first);
        let stranger = other.experiments.make(&other.name, &[("whose", "theirs")]);
        let is_reused = stranger == first;
        if is_reused || is_on_postgresql() {
            assert_eq!(workspace.planned_actions(), only("create"));
            workspace.destroy().expect_ok();
            assert_eq!(other.live(), Some(stranger.clone()), "it is theirs");
            workspace.apply().expect_ok();
            assert_ne!(id(&workspace), stranger);
            workspace.destroy().expect_ok();
            assert_eq!(
                other.experiments.get(&stranger)["name"],
                other.name.as_str()
            );
        }
        other.experiments.delete(&stranger);
        if is_reused || is_on_postgresql() {
            return;
        }
    }
    panic!("no id was given again");
}

fn what_has_its_id_since_the_plan_is_not_changed() {
    let (it, other) = (Subject::new("saved"), Subject::new("stranger"));
    let (workspace, first) = it.applied("");
    let stranger = other.experiments.make(&other.name, &[]);
    let id = |id: &str| format!("\"id\": \"{id}\"");
    workspace.restate(&id(&first), &id(&stranger));
    it.configure(&workspace, "description = \"New\"");
    let says = ["Gone Since the Plan", "another experiment", "Plan again"];
    workspace.apply_unrefreshed().expect_error_containing(&says);
    assert_eq!(other.experiments.tags(&stranger).len(), 0);
    workspace.restate(&id(&stranger), &id(&first));
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
    other.experiments.delete(&stranger);
}
