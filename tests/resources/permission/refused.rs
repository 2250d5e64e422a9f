//! What cannot work, or would hold for nothing, is refused as early as it can be known.

use super::{Subject, on_model, permission};
use crate::support::{
    Case,
    access::{PASSWORD, as_user},
    cases,
    gateway::Gateway,
    mlflow::Server,
    models::Models,
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        by_validate_without_a_server,
        what_is_not_in_the_workspace,
        what_has_an_id_and_is_not_there_by_the_plan,
        models_are_no_prompts,
        users_that_are_not_there_and_logins_that_may_not,
        a_server_without_logins,
    ]
}

/// A30, A33: servers store any id and any form of it.
fn by_validate_without_a_server() {
    for (user, kind, id, level, says) in [
        ("", "experiment", "7", "READ", "username"),
        (
            "ada",
            "experiments",
            "7",
            "READ",
            "Expected one of experiment",
        ),
        ("ada", "workspace", "*", "USE", "mlflow_role"),
        ("ada", "experiment", "", "READ", "resource_id"),
        ("ada", "experiment", "07", "READ", "leading zeros"),
        ("ada", "experiment", " 7", "READ", "spaces"),
        ("ada", "experiment", "churn", "READ", "digits"),
        ("ada", "registered_model", "churn-*", "READ", "no patterns"),
        ("ada", "scorer", "7/is it", "READ", "percent-encoded"),
        ("ada", "run", "abc", "READ", "stands for all"),
        ("ada", "experiment", "7", "NO_PERMISSIONS", "left out"),
        ("ada", "experiment", "7", "Read", "Did you mean READ"),
    ] {
        let config = permission(user, kind, id, level, "");
        Workspace::bare(&config)
            .validate()
            .expect_error_containing(&[says]);
    }
}

/// A29: the server would take it for the workspace that is named, where there is no such thing.
fn what_is_not_in_the_workspace() {
    let it = Subject::new("elsewhere");
    let experiment = it.access.some_experiment(&it.team, "experiment");
    let other = it.access.some_workspace("other");
    let at = |workspace: &str| format!("workspace = {workspace:?}");
    for (config, says) in [
        (
            on_model(&it.user, &it.model, "READ", ""),
            "in the default workspace",
        ),
        (
            on_model(&it.user, &it.model, "READ", &at(&other)),
            other.as_str(),
        ),
        (
            permission(&it.user, "experiment", &experiment, "READ", &at(&other)),
            other.as_str(),
        ),
        (
            permission(&it.user, "experiment", "999999", "READ", &at(&it.team)),
            "no experiment 999999",
        ),
        (
            permission(
                &it.user,
                "prompt",
                &unique("nothing"),
                "READ",
                &at(&it.team),
            ),
            "no prompt",
        ),
    ] {
        let says = ["Nothing to Permit There", "set workspace", says];
        it.access
            .workspace(&config)
            .apply()
            .expect_error_containing(&says);
    }
    for workspace in ["default", &other, &it.team] {
        assert_eq!(it.access.own(workspace, &it.user), [""; 0]);
    }
    it.access.delete_user(&it.user);
}

/// What the same apply makes may have its name before, and no id.
fn what_has_an_id_and_is_not_there_by_the_plan() {
    let it = Subject::new("ids");
    let at = format!("workspace = {:?}", it.team);
    let gateway = Gateway::of(it.access.rest().in_workspace(&it.team));
    let secret = gateway.make_secret(&unique("key"), "sk-1");
    let definition = gateway.make_definition(&unique("gpt"), &secret);
    let endpoint = gateway.make_endpoint(&unique("chat"), &definition);
    let plan = |kind: &str, id: &str| {
        let config = permission(&it.user, kind, id, "USE", &at);
        it.access.workspace(&config).plan()
    };
    for (kind, there) in [
        ("gateway_secret", &secret),
        ("gateway_model_definition", &definition),
        ("gateway_endpoint", &endpoint),
    ] {
        plan(kind, there).expect_ok();
        let says = ["Nothing to Permit There", &kind.replace('_', " "), "g-1"];
        plan(kind, "g-1").expect_error_containing(&says);
    }
    for (kind, id) in [("experiment", "999999"), ("scorer", "999999/correct")] {
        let says = ["Nothing to Permit There", "no experiment 999999"];
        plan(kind, id).expect_error_containing(&says);
    }
    it.access.delete_user(&it.user);
}

fn models_are_no_prompts() {
    let it = Subject::new("kinds");
    let prompt = unique("prompt");
    Models::of(it.access.rest().in_workspace(&it.team)).make_prompt(&prompt);
    let more = format!("workspace = {:?}", it.team);
    for (config, says) in [
        (
            on_model(&it.user, &prompt, "READ", &more),
            "resource_type = \"prompt\"",
        ),
        (
            permission(&it.user, "prompt", &it.model, "READ", &more),
            "resource_type = \"registered_model\"",
        ),
    ] {
        let says = ["Nothing to Permit There", says];
        it.access
            .workspace(&config)
            .apply()
            .expect_error_containing(&says);
    }
    it.access.delete_user(&it.user);
}

fn users_that_are_not_there_and_logins_that_may_not() {
    let it = Subject::new("nobody");
    let (nobody, more) = (unique("nobody"), format!("workspace = {:?}", it.team));
    let workspace = it
        .access
        .workspace(&on_model(&nobody, &it.model, "READ", &more));
    let says = ["User Not Found", "single sign-on", &nobody];
    workspace.apply().expect_error_containing(&says);
    let ada = it.access.some_user("ada");
    let workspace = as_user(it.applied("READ"), &ada, PASSWORD);
    let says = ["Admin Needed", "MANAGE"];
    workspace.plan().expect_error_containing(&says);
    workspace.destroy().expect_error_containing(&says);
    assert_eq!(it.may(), (200, 403));
    it.access.delete_user(&it.user);
    it.access.delete_user(&ada);
}

fn a_server_without_logins() {
    let config = permission("ada", "experiment", "*", "READ", "");
    let says = ["Server Without Logins", "--app-name basic-auth"];
    let workspace = Workspace::new(Server::shared(), &config);
    workspace.apply().expect_error_containing(&says);
}
