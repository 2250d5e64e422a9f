//! What was made without Terraform comes under its care, by id, by name and by identity.

use std::fs;

use serde_json::{Value, json};

use super::{
    BUDGET, DEFINITION, ENDPOINT, KEY, OTHER_KEY, SECRET, Subject,
    budget_policy::{MONTHLY, amount, budget},
    model, only,
};
use crate::support::{
    Case, cases,
    gateway::Gateway,
    mlflow::Server,
    terraform::{Workspace, host_version},
};

pub fn cases() -> Vec<Case> {
    cases![
        by_id_by_name_and_by_identity,
        a_budget_by_its_id,
        a_secret_keeps_its_key_until_one_is_configured,
        generated_configuration_plans_only_the_import,
        an_unknown_one_is_told,
        queries_find_them,
    ]
}

/// A secret, a definition and an endpoint, and their ids.
fn made(it: &Subject) -> [(&'static str, String); 3] {
    let secret = it.gateway.make_secret(&it.name, KEY);
    let definition = it.gateway.make_definition(&it.name, &secret);
    let endpoint = it.gateway.make_endpoint(&it.name, &definition);
    [
        (SECRET, secret),
        (DEFINITION, definition),
        (ENDPOINT, endpoint),
    ]
}

fn config(it: &Subject, [(_, secret), (_, definition), _]: &[(&str, String); 3]) -> String {
    let refers = it.definition("model_name = \"gpt-4o\"");
    let endpoint = format!("{}usage_tracking = false", model(definition, ""));
    format!(
        "{}{}{}",
        it.secret(""),
        refers.replace("mlflow_gateway_secret.it.id", &format!("{secret:?}")),
        it.endpoint(&endpoint)
    )
}

fn by_id_by_name_and_by_identity() {
    let it = Subject::new("import");
    let made = made(&it);
    let config = config(&it, &made);
    let mut ways: Vec<fn(&str, &str) -> String> =
        vec![|id, _| format!("id = {id:?}"), |_, name| {
            format!("id = \"name:{name}\"")
        }];
    if host_version() >= (1, 12) {
        ways.push(|id, _| format!("identity = {{ id = {id:?} }}"));
    }
    for way in ways {
        let blocks = made
            .iter()
            .map(|(to, id)| format!("import {{\n  to = {to}\n  {}\n}}\n", way(id, &it.name)));
        let blocks: String = blocks.collect();
        let workspace = Workspace::new(Server::shared(), &format!("{blocks}{config}"));
        let text = workspace.apply().expect_ok().text();
        let counts = "3 imported, 0 added, 0 changed, 0 destroyed";
        assert!(text.contains(counts), "{text}");
        workspace.expect_clean_plan();
        for (address, id) in &made {
            assert_eq!(workspace.resource(address)["id"], json!(id));
        }
    }
    it.clear();
}

fn a_budget_by_its_id() {
    let (gateway, amount) = (Gateway::shared(), amount());
    let id = gateway.make_budget(&json!({
        "budget_unit": "USD", "budget_amount": amount, "duration": {"unit": "MONTHS", "value": 1},
        "target_scope": "GLOBAL", "budget_action": "ALERT",
    }));
    let workspace = Workspace::new(Server::shared(), &budget(amount, MONTHLY));
    workspace.import(BUDGET, &id).expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert_eq!(gateway.budget(&id), None);
}

fn a_secret_keeps_its_key_until_one_is_configured() {
    let it = Subject::new("kept");
    let id = it.gateway.make_secret(&it.name, KEY);
    let mask = || it.gateway.secret(&id).unwrap()["masked_values"]["api_key"].clone();
    let workspace = Workspace::new(Server::shared(), &it.secret(""));
    workspace.import(SECRET, &id).expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(mask(), "sk-...0001");
    let plain = format!("secret_value = {{ api_key = {OTHER_KEY:?} }}");
    workspace.reconfigure(Server::shared(), &it.secret(&plain));
    assert_eq!(workspace.planned_actions(), only(SECRET, "update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(mask(), "sk-...0002");
    workspace.destroy().expect_ok();
}

fn generated_configuration_plans_only_the_import() {
    let it = Subject::new("generated");
    let made = made(&it);
    let tag = json!({"endpoint_id": made[2].1, "key": "team", "value": "a"});
    it.gateway.post("endpoints/set-tag", &tag);
    let blocks = made.iter().map(|(to, id)| {
        format!("import {{\n  to = {to}\n  provider = mlflow\n  id = {id:?}\n}}\n")
    });
    let workspace = Workspace::new(Server::shared(), &blocks.collect::<String>());
    let out = ["plan", "-input=false", "-generate-config-out=generated.tf"];
    workspace.run(&out).expect_ok();
    let written = fs::read_to_string(workspace.path("generated.tf")).unwrap();
    assert!(!written.contains("masked_values"), "{written}");
    let main = fs::read_to_string(workspace.path("main.tf")).unwrap();
    workspace.write("main.tf", &main.replace("  provider = mlflow\n", ""));
    let text = workspace.apply().expect_ok().text();
    let counts = "3 imported, 0 added, 0 changed, 0 destroyed";
    assert!(text.contains(counts), "{written}{text}");
    workspace.expect_clean_plan();
    it.clear();
}

fn an_unknown_one_is_told() {
    let it = Subject::new("unknown");
    let workspace = Workspace::new(Server::shared(), &it.secret(""));
    for id in ["s-none", "name:none"] {
        let imported = workspace.import(SECRET, id);
        imported.expect_error_containing(&["Cannot import non-existent remote object"]);
    }
    let says = ["Invalid Import ID", "name:NAME"];
    workspace
        .import(SECRET, "name:")
        .expect_error_containing(&says);
}

fn queries_find_them() {
    if host_version() < (1, 14) {
        return;
    }
    let it = Subject::new("query");
    made(&it);
    let workspace = Workspace::new(Server::shared(), "");
    for kind in ["secret", "model_definition", "endpoint"] {
        let query = format!(
            "list \"mlflow_gateway_{kind}\" \"all\" {{\n  provider = mlflow\n  include_resource = true\n  \
             config {{\n    name_prefix = {:?}\n  }}\n}}\n",
            it.name
        );
        workspace.write("main.tfquery.hcl", &query);
        let found = workspace.run(&["query", "-json"]).expect_ok().stdout;
        assert!(found.contains(&it.name), "{kind}: {found}");
        assert!(!found.contains(KEY), "{kind}");
    }
    assert_ne!(it.gateway.secrets(&it.name), Vec::<Value>::new());
    it.clear();
}
