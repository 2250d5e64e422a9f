//! Given, changed and taken away; each proven by what the user may.

use serde_json::json;

use super::{IT, Subject, only, permission, proxy};
use crate::support::{
    Case,
    access::{PASSWORD, while_reading},
    cases,
    feature::Feature,
    models::Models,
    proxy::{Fault, Loss},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        a_user_may_what_is_permitted_and_nothing_after,
        a_change_leaves_no_moment_without_access,
        on_experiments_prompts_scorers_and_all_of_a_kind,
        what_the_creator_has_is_taken_over_only_when_told,
        a_successor_keeps_what_it_took_over,
        many_successors_at_once_keep_what_they_took_over,
        answers_that_are_lost_are_settled,
    ]
}

fn a_user_may_what_is_permitted_and_nothing_after() {
    let it = Subject::new("may");
    assert_eq!(it.may(), (403, 403));
    let workspace = it.applied("READ");
    workspace.expect_clean_plan();
    assert_eq!(it.may(), (200, 403));
    let state = workspace.resource(IT);
    let id = format!("{}/registered_model/{}", it.user, it.model);
    assert_eq!(state["id"], id);
    it.configure(&workspace, "EDIT", "");
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.may(), (200, 200));
    if Feature::Denial.is_there() {
        it.configure(&workspace, "DENY", "");
        workspace.apply().expect_ok();
        assert_eq!(it.may(), (403, 403));
    }
    // What steers the provider alone sends nothing.
    it.configure(&workspace, "READ", "");
    workspace.apply().expect_ok();
    it.configure(&workspace, "READ", "overwrite = true");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.may(), (200, 403));
    workspace.destroy().expect_ok();
    assert_eq!((it.may(), it.own()), ((403, 403), vec![]));
    it.access.delete_user(&it.user);
}

/// A28: to revoke and to grant again would leave one.
fn a_change_leaves_no_moment_without_access() {
    let it = Subject::new("gapless");
    let workspace = it.applied("READ");
    let reader = (
        &it.access,
        it.team.as_str(),
        it.user.as_str(),
        it.model.as_str(),
    );
    let ((), refused, count) = while_reading(reader, || {
        for level in ["EDIT", "MANAGE", "USE", "READ"] {
            it.configure(&workspace, level, "");
            workspace.apply().expect_ok();
            assert_eq!(it.own(), [format!("registered_model/{}={level}", it.model)]);
        }
    });
    assert_eq!(refused, [0; 0]);
    assert!(count > 5, "only {count} looks");
    workspace.destroy().expect_ok();
    it.access.delete_user(&it.user);
}

/// A30: ids are texts in one form.
fn on_experiments_prompts_scorers_and_all_of_a_kind() {
    let it = Subject::new("kinds");
    let experiment = it.access.some_experiment(&it.team, "experiment");
    let prompt = unique("prompt");
    Models::of(it.access.rest().in_workspace(&it.team)).make_prompt(&prompt);
    let scorer = format!("{experiment}/is%20it%2Fcorrect");
    let mut all = String::new();
    let given = [
        ("experiment", experiment.as_str(), "READ"),
        ("prompt", &prompt, "EDIT"),
        ("scorer", &scorer, "USE"),
        ("gateway_endpoint", "*", "USE"),
    ];
    let mut given = given.to_vec();
    if Feature::Denial.is_there() {
        given.push(("trace", "*", "DENY"));
    }
    for (number, (kind, id, level)) in given.iter().enumerate() {
        let more = format!("workspace = {:?}", it.team);
        let one = permission(&it.user, kind, id, level, &more);
        all += &one.replace("\"it\"", &format!("\"it{number}\""));
    }
    assert_eq!(
        it.access.reads_experiment(&it.team, &it.user, &experiment),
        403
    );
    let workspace = it.access.workspace(&all);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let mut expected: Vec<_> = given
        .iter()
        .map(|(kind, id, level)| format!("{kind}/{id}={level}"))
        .collect();
    expected.sort();
    assert_eq!(it.own(), expected);
    assert_eq!(
        it.access.reads_experiment(&it.team, &it.user, &experiment),
        200
    );
    assert_eq!(it.access.edits_model(&it.team, &it.user, &prompt), 200);
    workspace.destroy().expect_ok();
    assert_eq!(it.own(), [""; 0]);
    assert_eq!(
        it.access.reads_experiment(&it.team, &it.user, &experiment),
        403
    );
    it.access.delete_user(&it.user);
}

/// A28: whoever makes a model has MANAGE on it by itself.
fn what_the_creator_has_is_taken_over_only_when_told() {
    let mut it = Subject::new("creator");
    it.may_create();
    it.model = unique("created");
    let user = it.access.login(&it.user, PASSWORD).in_workspace(&it.team);
    Models::of(user).make(&it.model, "", &[]);
    assert_eq!(it.own(), [format!("registered_model/{}=MANAGE", it.model)]);
    let workspace = it.workspace("READ");
    let says = [
        "Already Exists",
        "MANAGE",
        "overwrite = true",
        "import {",
        IT,
    ];
    workspace.apply().expect_error_containing(&says);
    assert_eq!(it.may(), (200, 200));
    it.configure(&workspace, "READ", "overwrite = true");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.may(), (200, 403));
    workspace.destroy().expect_ok();
    assert_eq!((it.may(), it.own()), ((403, 403), vec![]));
    // One that is as it is wanted already is taken over without a write.
    it.access
        .grant(&it.team, [&it.user, "registered_model", &it.model, "READ"]);
    let proxy = proxy();
    let config = it.config("READ", "overwrite = true");
    let workspace = it.access.workspace_at(&proxy.url(), &config);
    workspace.apply().expect_ok();
    assert_eq!(
        proxy.count("POST", "/permissions/") + proxy.count("PATCH", "/"),
        0
    );
    workspace.destroy().expect_ok();
    it.access.delete_user(&it.user);
}

/// Hosts destroy what has a successor only after that was made.
fn a_successor_keeps_what_it_took_over() {
    let it = Subject::new("successor");
    let more = "overwrite = true\n  lifecycle {\n    create_before_destroy = true\n  }";
    let workspace = it.access.workspace(&it.config("READ", more));
    workspace.apply().expect_ok();
    let replace = ["apply", "-input=false", "-auto-approve", "-replace", IT];
    workspace.run(&replace).expect_ok();
    assert_eq!(it.may(), (200, 403));
    workspace.expect_clean_plan();
    // Under another address, without a moved block.
    let renamed = it.config("EDIT", more).replace("\"it\"", "\"new\"");
    workspace.reconfigure(it.access.server(), &renamed);
    workspace.apply().expect_ok();
    assert_eq!(it.may(), (200, 200));
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert_eq!(it.own(), [""; 0]);
    it.access.delete_user(&it.user);
}

/// Half of them are made before their predecessors are destroyed, and half beside them.
fn many_successors_at_once_keep_what_they_took_over() {
    let it = Subject::new("many");
    let models: Vec<_> = (0..12)
        .map(|_| it.access.some_model(&it.team, "many"))
        .collect();
    let config = |key: &str, level: &str| {
        let one = |(label, models, lifecycle): (&str, &[String], &str)| {
            let keyed = models.iter().map(|name| format!("{key}-{name}"));
            let keyed: Vec<_> = keyed.collect();
            let id = format!("trimprefix(each.key, \"{key}-\")");
            let more = format!(
                "workspace = {:?}\n  for_each = toset({keyed:?})\n  overwrite = true\n  {lifecycle}",
                it.team
            );
            let one = permission(&it.user, "registered_model", "ID", level, &more);
            one.replace("\"ID\"", &id).replace("\"it\"", label)
        };
        let before_destroy = "lifecycle {\n    create_before_destroy = true\n  }";
        [
            ("\"before\"", &models[..6], before_destroy),
            ("\"beside\"", &models[6..], ""),
        ]
        .map(one)
        .concat()
    };
    let workspace = it.access.workspace(&config("one", "READ"));
    workspace.apply().expect_ok();
    for (key, level) in [("two", "EDIT"), ("three", "EDIT"), ("four", "READ")] {
        workspace.reconfigure(it.access.server(), &config(key, level));
        let at_once = ["apply", "-input=false", "-auto-approve", "-parallelism=100"];
        workspace.run(&at_once).expect_ok();
        let mut expected = models
            .iter()
            .map(|model| format!("registered_model/{model}={level}"))
            .collect::<Vec<_>>();
        expected.sort();
        assert_eq!(it.own(), expected, "{key}");
        workspace.expect_clean_plan();
    }
    workspace.destroy().expect_ok();
    assert_eq!(it.own(), [""; 0]);
    it.access.delete_user(&it.user);
}

fn answers_that_are_lost_are_settled() {
    let it = Subject::new("lost");
    let proxy = proxy();
    let workspace = it.access.workspace_at(&proxy.url(), &it.config("READ", ""));
    let change = |level: &str| {
        let provider = json!(proxy.url());
        let provider = format!("provider \"mlflow\" {{\n  tracking_uri = {provider}\n}}\n");
        workspace.write("main.tf", &format!("{provider}{}", it.config(level, "")));
    };
    for fault in [Fault::Afterwards(Loss::Close), Fault::Instead(Loss::Close)] {
        proxy.inject("POST", "/permissions/grant", 1, fault.clone());
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.may(), (200, 403));
        change("EDIT");
        proxy.inject("PATCH", "/permissions/update", 1, fault.clone());
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.may(), (200, 200));
        change("READ");
        proxy.inject("POST", "/permissions/revoke", 1, fault);
        workspace.destroy().expect_ok();
        assert_eq!(it.own(), [""; 0]);
    }
    it.access.delete_user(&it.user);
}
