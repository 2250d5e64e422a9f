//! The user that the provider logs in as is not taken from under it (A24, A26).

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{IT, Subject, named, only, plain, proxy};
use crate::support::{
    Case,
    access::{PASSWORD, as_user},
    cases,
    feature::Feature,
    proxy::{Fault, Loss},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        its_own_user_is_kept_as_it_is,
        whose_name_is_not_known_here_is_asked_for,
    ]
}

const OTHER: &str = "another-horse-battery";
const TITLE: &str = "Provider Needs This User";

/// An admin of its own, imported by a provider that logs in as it.
fn own(it: &Subject, more: &str) -> Workspace {
    it.access.make_user(&it.name);
    it.access.set_admin(&it.name, true);
    as_user(it.workspace(more), &it.name, PASSWORD)
}

fn is_unharmed(it: &Subject) -> bool {
    it.access.acts_as_admin(&it.name, PASSWORD)
}

fn its_own_user_is_kept_as_it_is() {
    let it = Subject::new("own");
    let workspace = own(&it, "is_admin = true");
    workspace.import(IT, &it.name).expect_ok();
    workspace.expect_clean_plan();
    for (more, says) in [
        ("", "is_admin = true"),
        ("is_admin = false", "another admin"),
        (
            &format!("is_admin = true\n  {}", plain(OTHER)),
            "Leave password and password_wo out",
        ),
    ] {
        it.configure(&workspace, more);
        workspace.plan().expect_error_containing(&[TITLE, says]);
    }
    workspace.reconfigure(it.access.server(), "");
    let says = [TITLE, "removed block"];
    workspace.plan().expect_error_containing(&says);
    workspace.reconfigure(
        it.access.server(),
        &named(
            "somebody-else",
            &format!("is_admin = true\n{}", plain(OTHER)),
        ),
    );
    workspace.plan().expect_error_containing(&says);
    assert!(is_unharmed(&it));
    // The same user, managed by a provider that logs in as another admin.
    let workspace = it.workspace(&plain(OTHER));
    workspace.import(IT, &it.name).expect_ok();
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    assert!(it.opens(OTHER) && !it.access.acts_as_admin(&it.name, OTHER));
    workspace.destroy().expect_ok();
}

/// A token, which a gateway in front of the server makes a login of: the server tells whose that is, from
/// MLflow 3.13 on. Before, no admin may be harmed.
fn whose_name_is_not_known_here_is_asked_for() {
    let it = Subject::new("asked");
    own(&it, "");
    let server = it.access.server().address();
    let (name, gateway) = (it.name.clone(), proxy());
    gateway.expose(Box::new(move |request| {
        let login = BASE64_STANDARD.encode(format!("{name}:{PASSWORD}"));
        let login = format!("Basic {login}");
        let asked = request.clone().header("Authorization", &login);
        let answer = asked.send(server).expect("the server answers");
        Some(Fault::Instead(Loss::Answer(answer)))
    }));
    let with_token = |more: &str| {
        let provider = format!(
            "provider \"mlflow\" {{\n  tracking_uri = {:?}\n  token = \"t0ken\"\n}}\n",
            gateway.url()
        );
        format!("{provider}{more}")
    };
    let workspace = Workspace::bare(&with_token(&it.config("is_admin = true")));
    workspace.import(IT, &it.name).expect_ok();
    workspace.expect_clean_plan();
    workspace.write("main.tf", &with_token(&it.config("")));
    workspace.plan().expect_error_containing(&[TITLE]);
    workspace.write("main.tf", &with_token(""));
    let says = if Feature::Roles.is_there() {
        "The provider logs in as this user"
    } else {
        "The provider may log in as this admin"
    };
    workspace.plan().expect_error_containing(&[TITLE, says]);
    assert!(is_unharmed(&it));
    it.access.delete_user(&it.name);
}
