//! A model that is renamed takes along what is permitted on it, and the resource follows (A32).

use super::{IT, Subject, only, proxy};
use crate::support::{Case, cases, unique};

pub fn cases() -> Vec<Case> {
    cases![
        follows_a_rename_and_sends_nothing,
        moves_to_another_model_without_a_gap,
        an_experiments_id_is_another_permission,
    ]
}

/// A model and what is permitted on it, in one configuration.
fn both(it: &Subject, name: &str) -> String {
    format!(
        "resource \"mlflow_registered_model\" \"it\" {{\n  name = {name:?}\n  workspace = {team:?}\n}}\n\
         resource \"mlflow_permission\" \"it\" {{\n  username = {user:?}\n  \
         resource_type = \"registered_model\"\n  resource_id = mlflow_registered_model.it.name\n  \
         permission = \"READ\"\n  workspace = {team:?}\n}}\n",
        team = it.team,
        user = it.user
    )
}

fn follows_a_rename_and_sends_nothing() {
    let mut it = Subject::new("rename");
    let (old, new, proxy) = (unique("old"), unique("new"), proxy());
    let workspace = it.access.workspace_at(&proxy.url(), &both(&it, &old));
    workspace.apply().expect_ok();
    let provider = format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
        proxy.url()
    );
    workspace.write("main.tf", &format!("{provider}{}", both(&it, &new)));
    let updates = workspace.planned_actions();
    assert!(
        updates.iter().all(|(_, action)| action == "update"),
        "{updates:?}"
    );
    proxy.clear();
    workspace.apply().expect_ok();
    assert_eq!(proxy.count("POST", "/permissions/"), 0);
    workspace.expect_clean_plan();
    it.model = new;
    assert_eq!(it.may(), (200, 403));
    assert_eq!(workspace.resource(IT)["resource_id"], it.model.as_str());
    workspace.destroy().expect_ok();
    assert_eq!(it.own(), [""; 0]);
    it.access.delete_user(&it.user);
}

fn moves_to_another_model_without_a_gap() {
    let it = Subject::new("moves");
    let workspace = it.applied("READ");
    let mut other = Subject::new("other");
    (other.team, other.user) = (it.team.clone(), it.user.clone());
    other.model = it.access.some_model(&it.team, "other");
    other.configure(&workspace, "READ", "");
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!((it.may(), other.may()), ((403, 403), (200, 403)));
    // Where something is permitted already, nothing is taken over.
    it.access
        .grant(&it.team, [&it.user, "registered_model", &it.model, "EDIT"]);
    it.configure(&workspace, "READ", "");
    workspace
        .apply()
        .expect_error_containing(&["Already Exists", "EDIT"]);
    assert_eq!((it.may(), other.may()), ((200, 200), (200, 403)));
    other.configure(&workspace, "READ", "");
    workspace.destroy().expect_ok();
    assert_eq!(it.may(), (200, 200));
    it.access.delete_user(&it.user);
}

fn an_experiments_id_is_another_permission() {
    let it = Subject::new("experiments");
    let ids = ["a", "b"].map(|name| it.access.some_experiment(&it.team, name));
    let on = |id: &str| {
        let more = format!("workspace = {:?}", it.team);
        super::permission(&it.user, "experiment", id, "READ", &more)
    };
    let workspace = it.access.workspace(&on(&ids[0]));
    workspace.apply().expect_ok();
    workspace.reconfigure(it.access.server(), &on(&ids[1]));
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    workspace.apply().expect_ok();
    let reads = |id: &str| it.access.reads_experiment(&it.team, &it.user, id);
    assert_eq!((reads(&ids[0]), reads(&ids[1])), (403, 200));
    workspace.destroy().expect_ok();
    it.access.delete_user(&it.user);
}
