//! Made, changed and destroyed; each proven by logging in.

use super::{IT, Subject, named, only, plain, proxy, write_only};
use crate::support::{
    Case,
    access::Access,
    cases,
    http::Response,
    proxy::{Fault, Loss},
    terraform::host_version,
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        passwords_open_as_they_are_set,
        an_admin_is_made_and_unmade_in_place,
        an_admin_that_is_made_by_halves_is_undone,
        names_of_any_kind_are_kept,
        another_name_is_another_user,
    ]
}

const FIRST: &str = "first-horse-battery";
const SECOND: &str = "second-horse-battery";

/// A22: no change of anything else sends the password, and no empty one is ever sent.
fn passwords_open_as_they_are_set() {
    let it = Subject::new("password");
    let workspace = it.applied(&plain(FIRST));
    assert!(it.opens(FIRST) && !it.opens(SECOND));
    workspace.expect_clean_plan();
    it.configure(&workspace, &plain(SECOND));
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    assert!(it.opens(SECOND) && !it.opens(FIRST));
    // Left out, it stays as it is.
    it.configure(&workspace, "");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(it.opens(SECOND));
    if host_version() >= (1, 11) {
        it.configure(&workspace, &write_only(FIRST, 1));
        workspace.apply().expect_ok();
        assert!(it.opens(FIRST) && !it.opens(SECOND));
        it.configure(&workspace, &write_only(SECOND, 1));
        workspace.expect_clean_plan();
        it.configure(&workspace, &write_only(SECOND, 2));
        workspace.apply().expect_ok();
        assert!(it.opens(SECOND) && !it.opens(FIRST));
    }
    workspace.destroy().expect_ok();
    assert!(it.access.user(&it.name).is_none() && !it.opens(SECOND));
}

fn an_admin_is_made_and_unmade_in_place() {
    let it = Subject::new("admin");
    let admin = |is_admin: bool| format!("{}\n  is_admin = {is_admin}", plain(FIRST));
    let acts = || it.access.acts_as_admin(&it.name, FIRST);
    let workspace = it.applied(&admin(true));
    assert!(acts());
    workspace.expect_clean_plan();
    it.configure(&workspace, &admin(false));
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    assert!(!acts() && it.opens(FIRST));
    it.configure(&workspace, &admin(true));
    workspace.apply().expect_ok();
    assert!(acts());
    // Left out, it is the default.
    it.configure(&workspace, &plain(FIRST));
    workspace.apply().expect_ok();
    assert!(!acts());
    workspace.destroy().expect_ok();
}

/// A host taints what a failed creation leaves, so nothing is left.
fn an_admin_that_is_made_by_halves_is_undone() {
    let (it, proxy) = (Subject::new("halves"), proxy());
    let refused = Response::json_error(500, "INTERNAL_ERROR", "");
    let refused = Fault::Instead(Loss::Answer(refused));
    proxy.inject("PATCH", "/users/update-admin", 9, refused);
    let config = it.config(&format!("{}\n  is_admin = true", plain(FIRST)));
    let workspace = it.access.workspace_at(&proxy.url(), &config);
    workspace
        .apply()
        .expect_error_containing(&["Registry Error"]);
    assert!(it.access.user(&it.name).is_none());
    assert!(!workspace.state_text().contains(&it.name));
    proxy.clear();
    proxy.heal();
    workspace.apply().expect_ok();
    assert!(it.access.acts_as_admin(&it.name, FIRST));
    workspace.destroy().expect_ok();
}

fn names_of_any_kind_are_kept() {
    let access = Access::shared();
    let names = ["Ada Lovelace", "ada@example.com", "Zoë-漢字", "a/b%2F?&=+#"];
    let names = names.map(|name| format!("{name}{}", unique("")));
    let config = names.iter().enumerate().map(|(number, name)| {
        named(name, &plain(FIRST)).replace("\"it\"", &format!("\"it{number}\""))
    });
    let workspace = access.workspace(&config.collect::<String>());
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    for name in &names {
        assert!(access.opens(name, FIRST), "{name}");
    }
    workspace.destroy().expect_ok();
    for name in &names {
        assert!(access.user(name).is_none(), "{name}");
    }
}

fn another_name_is_another_user() {
    let (it, other) = (Subject::new("renamed"), unique("renamed"));
    let workspace = it.applied(&plain(FIRST));
    workspace.reconfigure(it.access.server(), &named(&other, &plain(FIRST)));
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    workspace.apply().expect_ok();
    assert!(it.access.user(&it.name).is_none());
    assert_eq!(workspace.resource(IT)["id"], other.as_str());
    workspace.destroy().expect_ok();
}
