//! Budgets: every part is changed in place, equal ones are legal, and each is told by its id.

use serde_json::{Value, json};

use super::{BUDGET, Subject, applied, id_of, only, reapply};
use crate::support::{Case, cases, feature::Feature, gateway::Gateway, mlflow::Server, random};

pub fn cases() -> Vec<Case> {
    cases![
        every_part_is_changed_in_place,
        every_part_is_mended,
        equal_ones_stay_apart,
        one_of_an_endpoint_outlives_it,
        one_that_is_gone_is_made_anew,
    ]
}

/// Its amount tells a budget of one case from those of others: they have no names.
pub fn amount() -> f64 {
    f64::from(u32::try_from(random() & 0xffff_ffff).unwrap()) / 64.0 + 1e6
}

pub fn budget(amount: f64, more: &str) -> String {
    format!(
        "resource \"mlflow_gateway_budget_policy\" \"it\" {{\n  budget_amount = {amount}\n  {more}\n}}\n"
    )
}

pub const MONTHLY: &str = "duration = { unit = \"MONTHS\", value = 1 }\n  target_scope = \"GLOBAL\"\n  \
    budget_action = \"ALERT\"";

fn every_part_is_changed_in_place() {
    let (gateway, amount) = (Gateway::shared(), amount());
    let workspace = applied(&budget(amount, MONTHLY));
    workspace.expect_clean_plan();
    let id = id_of(&workspace, BUDGET);
    assert_eq!(workspace.resource(BUDGET)["budget_unit"], "USD");
    let weekly = MONTHLY.replace("\"MONTHS\", value = 1", "\"WEEKS\", value = 2");
    let rejecting = weekly.replace("ALERT", "REJECT");
    let narrow = rejecting.replace("GLOBAL", "WORKSPACE");
    for (amount, more) in [
        (amount + 0.1, MONTHLY),
        (amount, &weekly),
        (amount, &rejecting),
        (amount, &narrow),
    ] {
        reapply(&workspace, &budget(amount, more), BUDGET, "update");
        assert_eq!(id_of(&workspace, BUDGET), id);
    }
    let found = gateway.budget(&id).unwrap();
    assert_eq!(found["budget_amount"].as_f64(), Some(amount));
    assert_eq!(found["duration"], json!({"unit": "WEEKS", "value": 2}));
    assert_eq!(found["target_scope"], "WORKSPACE");
    assert_eq!(found["budget_action"], "REJECT");
    workspace.destroy().expect_ok();
    assert_eq!(gateway.budget(&id), None);
}

fn every_part_is_mended() {
    let (gateway, amount) = (Gateway::shared(), amount());
    let workspace = applied(&budget(amount, MONTHLY));
    let id = id_of(&workspace, BUDGET);
    for theirs in [
        json!({"budget_amount": amount + 1.0}),
        // No number at all: a server keeps it.
        json!({"budget_amount": "Infinity"}),
        json!({"duration": {"unit": "DAYS", "value": 3}}),
        json!({"target_scope": "WORKSPACE"}),
        json!({"budget_action": "REJECT"}),
    ] {
        let mut change = theirs.clone();
        change["budget_policy_id"] = json!(id);
        gateway.post("budgets/update", &change);
        assert_eq!(
            workspace.planned_actions(),
            only(BUDGET, "update"),
            "{theirs}"
        );
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let found = gateway.budget(&id).unwrap();
        assert_eq!(found["budget_amount"].as_f64(), Some(amount), "{theirs}");
    }
    gateway.post("budgets/update", &json!({"budget_policy_id": id}));
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn equal_ones_stay_apart() {
    let (gateway, amount) = (Gateway::shared(), amount());
    let theirs = gateway.make_budget(&json!({
        "budget_unit": "USD", "budget_amount": amount, "duration": {"unit": "MONTHS", "value": 1},
        "target_scope": "GLOBAL", "budget_action": "ALERT",
    }));
    let twins = budget(amount, &format!("count = 3\n  {MONTHLY}"));
    let workspace = applied(&twins);
    workspace.expect_clean_plan();
    assert_eq!(gateway.budgets(amount).len(), 4);
    workspace.destroy().expect_ok();
    let left = gateway.budgets(amount);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["budget_policy_id"], json!(theirs));
    gateway.delete_budget(&theirs);
}

/// The server leaves it pointing at nothing, and shows it as it was.
fn one_of_an_endpoint_outlives_it() {
    if !Feature::EndpointBudgets.is_there() {
        return;
    }
    let (it, amount) = (Subject::new("outlived"), amount());
    let [definition] = it.definitions();
    let id = it.gateway.make_endpoint(&it.name, &definition);
    let scope = format!("target_scope = \"ENDPOINT\"\n  target_value = {id:?}");
    let more = MONTHLY.replace("target_scope = \"GLOBAL\"", &scope);
    let workspace = applied(&budget(amount, &more));
    workspace.expect_clean_plan();
    it.gateway.delete_endpoint(&id);
    workspace.expect_clean_plan();
    // Another scope has no target.
    reapply(&workspace, &budget(amount, MONTHLY), BUDGET, "update");
    assert_eq!(workspace.resource(BUDGET)["target_value"], Value::Null);
    let unknown = more.replace(&id, "e-none");
    workspace.reconfigure(Server::shared(), &budget(amount, &unknown));
    let says = ["Reference Not Found", "e-none", "target_value"];
    workspace.apply().expect_error_containing(&says);
    workspace.destroy().expect_ok();
    it.clear();
}

fn one_that_is_gone_is_made_anew() {
    let (gateway, amount) = (Gateway::shared(), amount());
    let workspace = applied(&budget(amount, MONTHLY));
    gateway.delete_budget(&id_of(&workspace, BUDGET));
    assert_eq!(workspace.planned_actions(), only(BUDGET, "create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(gateway.budgets(amount).len(), 1);
    workspace.destroy().expect_ok();
}
