//! An answer that is lost ends with one object of each, in state; a stranger's is left alone.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{
    BUDGET, DEFINITION, ENDPOINT, KEY, SECRET, Subject,
    budget_policy::{MONTHLY, amount, budget},
    id_of, model, proxy,
};
use crate::support::{
    Case, cases,
    gateway::Gateway,
    http::Response,
    proxy::{Fault, Loss},
    terraform::Workspace,
    wait_for,
};

pub fn cases() -> Vec<Case> {
    cases![
        an_answer_to_a_create_leaves_one_of_each,
        an_answer_to_an_update_leaves_it_done,
        budgets_whose_answers_are_lost_are_one_each,
        a_key_that_never_arrived_is_sent_again,
        a_stranger_is_told_from_ours,
        an_endpoint_whose_tags_fail_is_undone,
    ]
}

/// All three, with tags, in one configuration.
fn config(it: &Subject, more: &str) -> String {
    let models = "model {\n    model_definition_id = mlflow_gateway_model_definition.it.id\n  }";
    format!(
        "{}{}{}",
        it.secret(&format!("secret_value = {{ api_key = {KEY:?} }}")),
        it.definition("model_name = \"gpt-4o\""),
        it.endpoint(&format!("{models}\n  usage_tracking = false\n  {more}"))
    )
}

fn an_answer_to_a_create_leaves_one_of_each() {
    for loss in Loss::of_each_kind() {
        let (label, it, proxy) = (format!("{loss:?}"), Subject::new("once"), proxy());
        for path in [
            "/secrets/create",
            "/model-definitions/create",
            "/endpoints/create",
        ] {
            proxy.inject("POST", path, 1, Fault::Afterwards(loss.clone()));
        }
        let workspace = Workspace::at(&proxy.url(), &config(&it, "tags = { a = \"1\" }"));
        workspace.apply().expect_ok();
        for path in [
            "/secrets/create",
            "/model-definitions/create",
            "/endpoints/create",
        ] {
            assert_eq!(proxy.count("POST", path), 1, "{label}");
        }
        workspace.expect_clean_plan();
        workspace.destroy().expect_ok();
        assert_eq!(it.gateway.secrets(&it.name).len(), 0, "{label}");
    }
}

fn an_answer_to_an_update_leaves_it_done() {
    for loss in Loss::of_each_kind() {
        let (label, it, proxy) = (format!("{loss:?}"), Subject::new("update"), proxy());
        let workspace = Workspace::at(&proxy.url(), &config(&it, ""));
        workspace.apply().expect_ok();
        let changed = config(
            &it,
            "tags = { a = \"1\" }\n  fallback = { max_attempts = 1 }",
        )
        .replace("gpt-4o", "gpt-5")
        .replace(KEY, super::OTHER_KEY);
        let paths = [
            "/secrets/update",
            "/model-definitions/update",
            "/endpoints/update",
            "/endpoints/set-tag",
        ];
        for path in paths {
            proxy.inject("POST", path, 1, Fault::Afterwards(loss.clone()));
        }
        let provider = format!(
            "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
            proxy.url()
        );
        workspace.write("main.tf", &format!("{provider}{changed}"));
        workspace.apply().expect_ok();
        for path in paths {
            assert_eq!(proxy.count("POST", path), 1, "{label} {path}");
        }
        workspace.expect_clean_plan();
        workspace.destroy().expect_ok();
    }
}

/// They have no names, and three are equal.
fn budgets_whose_answers_are_lost_are_one_each() {
    let gateway = Gateway::shared();
    for loss in Loss::of_each_kind() {
        let (amount, proxy) = (amount(), proxy());
        proxy.inject("POST", "/budgets/create", 2, Fault::Afterwards(loss));
        let twins = budget(amount, &format!("count = 3\n  {MONTHLY}"));
        let workspace = Workspace::at(&proxy.url(), &twins);
        workspace.apply().expect_ok();
        assert_eq!(gateway.budgets(amount).len(), 3);
        workspace.expect_clean_plan();
        workspace.destroy().expect_ok();
        assert_eq!(gateway.budgets(amount).len(), 0);
    }
    let (amount, proxy) = (amount(), proxy());
    let workspace = Workspace::at(&proxy.url(), &budget(amount, MONTHLY));
    proxy.inject("POST", "/budgets/create", 1, Fault::Instead(Loss::Close));
    workspace.apply().expect_ok();
    assert_eq!(gateway.budgets(amount).len(), 1);
    let provider = format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
        proxy.url()
    );
    let changed = budget(
        amount,
        &MONTHLY
            .replace("ALERT", "REJECT")
            .replace("GLOBAL", "WORKSPACE"),
    );
    workspace.write("main.tf", &format!("{provider}{changed}"));
    proxy.inject("POST", "/budgets/update", 1, Fault::Afterwards(Loss::Close));
    workspace.apply().expect_ok();
    assert_eq!(proxy.count("POST", "/budgets/update"), 1);
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(BUDGET)["budget_action"], "REJECT");
    workspace.destroy().expect_ok();
}

/// With the mask of the one before it, it cannot be told whether it has arrived.
fn a_key_that_never_arrived_is_sent_again() {
    let (it, proxy) = (Subject::new("again"), proxy());
    let of = |key: &str| it.secret(&format!("secret_value = {{ api_key = {key:?} }}"));
    let workspace = Workspace::at(&proxy.url(), &of("sk-one-0001"));
    workspace.apply().expect_ok();
    proxy.inject("POST", "/secrets/update", 1, Fault::Instead(Loss::Close));
    let provider = format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
        proxy.url()
    );
    workspace.write("main.tf", &format!("{provider}{}", of("sk-two-0001")));
    workspace.apply().expect_ok();
    assert_eq!(proxy.count("POST", "/secrets/update"), 2);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// One that is the very same and was made before the request began, or that differs in one part.
fn a_stranger_is_told_from_ours() {
    let it = Subject::new("stranger");
    let secret = it.gateway.make_secret(&it.name, KEY);
    let definition = it.gateway.make_definition(&it.name, &secret);
    it.gateway.make_endpoint(&it.name, &definition);
    let made = Instant::now();
    wait_for("passing of some seconds", Duration::from_secs(20), || {
        (made.elapsed() > Duration::from_secs(8)).then_some(())
    });
    let refers = it.definition("model_name = \"gpt-4o\"");
    let refers = refers.replace("mlflow_gateway_secret.it.id", &format!("{secret:?}"));
    let endpoint = format!("{}usage_tracking = false", model(&definition, ""));
    for (config, path) in [
        (
            it.secret(&format!("secret_value = {{ api_key = {KEY:?} }}")),
            "/secrets/create",
        ),
        (refers, "/model-definitions/create"),
        (it.endpoint(&endpoint), "/endpoints/create"),
    ] {
        let proxy = proxy();
        proxy.inject("POST", path, 1, Fault::Instead(Loss::Close));
        let workspace = Workspace::at(&proxy.url(), &config);
        workspace
            .apply()
            .expect_error_containing(&["Already Exists", "import {"]);
        assert!(!workspace.state_text().contains(&it.name));
    }
    it.clear();
}

/// A host would destroy it next time; it is gone at once.
fn an_endpoint_whose_tags_fail_is_undone() {
    let (it, proxy) = (Subject::new("undone"), proxy());
    let workspace = Workspace::at(&proxy.url(), &config(&it, "tags = { a = \"1\" }"));
    let refused = Response::json_error(400, "INVALID_PARAMETER_VALUE", "no tag today");
    let refused = Fault::Instead(Loss::Answer(refused));
    proxy.inject("POST", "/endpoints/set-tag", 1, refused);
    workspace.apply().expect_error_containing(&["no tag today"]);
    assert_eq!(it.gateway.endpoints(&it.name).len(), 0);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let endpoint = it.gateway.endpoint(&id_of(&workspace, ENDPOINT)).unwrap();
    assert_eq!(endpoint["tags"], json!([{"key": "a", "value": "1"}]));
    for address in [SECRET, DEFINITION] {
        assert_ne!(id_of(&workspace, address), "");
    }
    workspace.destroy().expect_ok();
}
