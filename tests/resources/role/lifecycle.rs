//! Made, changed and destroyed; each proven by what a user of the role may.

use super::{IT, Subject, only, permit, proxy};
use crate::support::{Case, access::while_reading, cases, feature::Feature, unique};

pub fn cases() -> Vec<Case> {
    cases![
        what_it_permits_is_what_its_users_may,
        a_change_leaves_no_moment_without_access,
        a_rename_keeps_its_users_and_a_description_goes,
        a_model_is_permitted_under_its_new_name,
        a_whole_workspace_is_used_and_managed,
        a_new_one_is_looked_for_and_looked_at_once,
    ]
}

fn what_it_permits_is_what_its_users_may() {
    let it = Subject::new("may");
    let (ada, model) = (
        it.access.some_user("ada"),
        it.access.some_model(&it.team, "model"),
    );
    let may = || {
        (
            it.access.reads_model(&it.team, &ada, &model),
            it.access.edits_model(&it.team, &ada, &model),
        )
    };
    let workspace = it.applied("description = \"Of the team\"");
    it.access.assign(it.id(), &ada);
    assert_eq!(may(), (403, 403));
    it.configure(&workspace, &permit("registered_model", "*", "READ"));
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(may(), (200, 403));
    it.configure(&workspace, &permit("registered_model", &model, "EDIT"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(may(), (200, 200));
    assert_eq!(it.permits(), [format!("registered_model/{model}=EDIT")]);
    if Feature::Denial.is_there() {
        let both =
            permit("registered_model", "*", "MANAGE") + &permit("registered_model", &model, "DENY");
        it.configure(&workspace, &both);
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(may(), (403, 403));
        let things = permit("run", "*", "READ") + &permit("mcp_server", "*", "USE");
        it.configure(&workspace, &things);
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
    }
    it.configure(&workspace, "");
    workspace.apply().expect_ok();
    assert_eq!((it.permits(), may()), (vec![], (403, 403)));
    workspace.destroy().expect_ok();
    assert_eq!(it.access.role(&it.team, &it.name), None);
    assert!(it.access.roles_of(&ada).is_empty());
    it.access.delete_user(&ada);
}

fn a_change_leaves_no_moment_without_access() {
    let it = Subject::new("gapless");
    let (ada, model) = (
        it.access.some_user("ada"),
        it.access.some_model(&it.team, "model"),
    );
    let workspace = it.applied(&permit("registered_model", "*", "READ"));
    it.access.assign(it.id(), &ada);
    let reader = (&it.access, it.team.as_str(), ada.as_str(), model.as_str());
    let ((), refused, count) = while_reading(reader, || {
        for more in [
            permit("registered_model", "*", "EDIT"),
            // Another block for the same is there before the first one goes.
            permit("registered_model", &model, "READ"),
            format!(
                "description = \"New\"\n{}",
                permit("registered_model", "*", "READ")
            ),
        ] {
            it.configure(&workspace, &more);
            workspace.apply().expect_ok();
        }
    });
    assert_eq!(refused, [0; 0]);
    assert!(count > 5, "only {count} looks");
    workspace.destroy().expect_ok();
    assert_eq!(it.access.reads_model(&it.team, &ada, &model), 403);
    it.access.delete_user(&ada);
}

fn a_rename_keeps_its_users_and_a_description_goes() {
    let it = Subject::new("renamed");
    let ada = it.access.some_user("ada");
    let workspace = it.applied("description = \"Of old\"");
    let id = it.id();
    it.access.assign(id, &ada);
    let new = Subject {
        name: unique("renamed/with%signs"),
        team: it.team.clone(),
        access: it.access.clone(),
    };
    new.configure(&workspace, "");
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(
        (new.id(), workspace.resource(IT)["id"].as_str()),
        (id, Some(&*id.to_string()))
    );
    assert_eq!(
        it.access.roles_of(&ada),
        [format!("{}/{}", it.team, new.name)]
    );
    let description = new.access.role(&it.team, &new.name).unwrap()["description"].clone();
    assert!(
        description.as_str().is_none_or(str::is_empty),
        "{description}"
    );
    workspace.destroy().expect_ok();
    it.access.delete_user(&ada);
}

/// A32: what a role permits by name does not follow a rename by itself, for which MLflow 3.18 refuses it.
fn a_model_is_permitted_under_its_new_name() {
    let it = Subject::new("named");
    let (old, new, ada) = (unique("old"), unique("new"), it.access.some_user("ada"));
    let both = |name: &str, permit: &str| {
        format!(
            "resource \"mlflow_registered_model\" \"it\" {{\n  name = {name:?}\n  workspace = {:?}\n}}\n{}",
            it.team,
            it.config(permit)
        )
    };
    let permit = permit("registered_model", "NAME", "READ")
        .replace("\"NAME\"", "mlflow_registered_model.it.name");
    let workspace = it.access.workspace(&both(&old, &permit));
    workspace.apply().expect_ok();
    it.access.assign(it.id(), &ada);
    if Feature::RenameGuard.is_there() {
        workspace.reconfigure(it.access.server(), &both(&new, &permit));
        let says = ["Refused by Registry", &it.name];
        workspace.apply().expect_error_containing(&says);
        assert_eq!(it.access.reads_model(&it.team, &ada, &old), 200);
        workspace.reconfigure(it.access.server(), &both(&old, ""));
        workspace.apply().expect_ok();
    }
    workspace.reconfigure(it.access.server(), &both(&new, &permit));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.permits(), [format!("registered_model/{new}=READ")]);
    assert_eq!(it.access.reads_model(&it.team, &ada, &new), 200);
    workspace.destroy().expect_ok();
    it.access.delete_user(&ada);
}

fn a_whole_workspace_is_used_and_managed() {
    let it = Subject::new("whole");
    let (ada, model) = (
        it.access.some_user("ada"),
        it.access.some_model(&it.team, "model"),
    );
    let workspace = it.applied(&permit("workspace", "*", "USE"));
    it.access.assign(it.id(), &ada);
    // A18: who uses a workspace does not read what others made there.
    assert_eq!(it.access.reads_model(&it.team, &ada, &model), 403);
    it.configure(&workspace, &permit("workspace", "*", "MANAGE"));
    workspace.apply().expect_ok();
    assert_eq!(it.access.edits_model(&it.team, &ada, &model), 200);
    workspace.destroy().expect_ok();
    it.access.delete_user(&ada);
}

fn a_new_one_is_looked_for_and_looked_at_once() {
    let (it, proxy) = (Subject::new("cost"), proxy());
    let config = it.config(&permit("experiment", "*", "READ"));
    let workspace = it.access.workspace_at(&proxy.url(), &config);
    workspace.apply().expect_ok();
    for (method, path) in [
        ("GET", "/roles/list"),
        ("POST", "/roles/create"),
        ("POST", "/roles/permissions/add"),
        ("GET", "/roles/get"),
    ] {
        assert_eq!(proxy.count(method, path), 1, "{method} {path}");
    }
    workspace.destroy().expect_ok();
}
