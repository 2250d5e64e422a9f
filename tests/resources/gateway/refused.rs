//! What cannot work is refused as early as it can be known, and nobody's object is taken over.

use serde_json::Value;

use super::{
    DEFINITION, ENDPOINT, KEY, SECRET, Subject, applied,
    budget_policy::{MONTHLY, budget},
    model,
};
use crate::support::{
    Case, cases,
    databricks::Databricks,
    mlflow::Server,
    registry::Registry,
    terraform::{Workspace, host_version},
};

pub fn cases() -> Vec<Case> {
    cases![
        by_validate_without_a_server,
        a_new_secret_without_a_key,
        names_that_are_taken,
        renames_to_names_that_are_taken,
        references_to_nothing,
        a_user_where_nobody_logs_in,
        on_databricks,
    ]
}

/// A configuration, and what its refusal says.
type Refused = (String, &'static str);

fn by_validate_without_a_server() {
    let it = Subject::new("refused");
    let taken: Vec<Refused> = [secrets(&it), endpoints(&it), budgets()]
        .concat()
        .into_iter()
        .filter(|(config, says)| !Workspace::bare(config).validate().is_refused_with(says))
        .collect();
    assert_eq!(taken, []);
}

fn secrets(it: &Subject) -> Vec<Refused> {
    let with = |more: &str| it.secret(more);
    let mut refused = vec![
        (with("secret_value = {}"), "Missing Secret Value"),
        (with("secret_value = { api_key = \"\" }"), "Empty Value"),
        (with("secret_value = { api_key = null }"), "Null Element"),
        (with("secret_value = \"abc\""), "map of string"),
        (
            with("secret_value = { api_key = \"k\", api_base = \"x\" }"),
            "Address in Wrong Place",
        ),
        (
            with("secret_value = { api_key = \"k\" }\n  auth_config = { base_url = \"x\" }"),
            "Address in Wrong Place",
        ),
        (
            with("secret_value = { api_key = \"k\" }\n  auth_config = { api_base = \"\" }"),
            "Empty Value",
        ),
    ];
    if host_version() >= (1, 11) {
        refused.extend([
            (with("secret_value_wo = { api_key = \"k\" }"), "Missing Version"),
            (with("secret_value_wo_version = 1"), "Missing Value"),
            (
                with(
                    "secret_value = { api_key = \"k\" }\n  secret_value_wo = { api_key = \"k\" }\n  \
                     secret_value_wo_version = 1",
                ),
                "Secret Given Twice",
            ),
        ]);
    }
    refused
}

fn endpoints(it: &Subject) -> Vec<Refused> {
    let with = |more: &str| it.endpoint(more);
    let (one, two) = (model("d-1", ""), model("d-2", ""));
    let back = |id: &str, order: &str| {
        model(
            id,
            &format!("linkage_type = \"FALLBACK\"\n    fallback_order = {order}"),
        )
    };
    let named = |name: &str| with(&one).replace(&it.name, name);
    vec![
        (with(""), "No Primary Model"),
        (with(&back("d-1", "1")), "No Primary Model"),
        (with(&format!("{one}{two}")), "Several Primary Models"),
        (
            with(&format!("{one}{}{}", back("d-2", "1"), back("d-3", "1"))),
            "Same Order Twice",
        ),
        (
            with(&format!("{one}{}{}", back("d-2", "1"), back("d-2", "2"))),
            "Same Model Twice",
        ),
        (with(&model("d-1", "weight = 0")), "Invalid Weight"),
        (with(&model("d-1", "weight = 0.001")), "Invalid Weight"),
        (with(&model("d-1", "weight = -1")), "Invalid Weight"),
        (
            with(&model("d-1", "linkage_type = \"primary\"")),
            "Did you mean PRIMARY?",
        ),
        (
            with(&format!("{one}fallback = {{ max_attempts = -1 }}")),
            "Invalid Attempts",
        ),
        (
            with(&format!("{one}fallback = {{ max_attempts = 0 }}")),
            "Invalid Attempts",
        ),
        (
            with(&format!("{one}fallback = {{ strategy = \"ANY\" }}")),
            "Invalid Fallback Strategy",
        ),
        (
            with(&format!("{one}routing_strategy = \"ANY\"")),
            "Invalid Routing Strategy",
        ),
        (
            with(&format!("{one}tags = {{ \"mlflow.x\" = \"y\" }}")),
            "Reserved Tag",
        ),
        (named(".."), "Invalid Endpoint Name"),
        (named("."), "Invalid Endpoint Name"),
        (named("a b"), "Invalid Endpoint Name"),
        (named("a/b"), "Invalid Endpoint Name"),
        (named(""), "name"),
    ]
}

fn budgets() -> Vec<Refused> {
    let with = |from: &str, to: &str| budget(1.0, &MONTHLY.replace(from, to));
    vec![
        (budget(-1.0, MONTHLY), "Invalid Budget Amount"),
        (
            budget(1.0, MONTHLY).replace("= 1\n", "= 1e400\n"),
            "Invalid Budget Amount",
        ),
        (with("MONTHS", "YEARS"), "Invalid Duration Unit"),
        (with("value = 1", "value = 0"), "Invalid Duration"),
        (with("GLOBAL", "TEAM"), "Invalid Target Scope"),
        (with("ALERT", "ZORK"), "Invalid Budget Action"),
        (with("GLOBAL", "USER"), "Missing Target Value"),
        (with("GLOBAL", "ENDPOINT"), "Missing Target Value"),
        (
            budget(1.0, &format!("{MONTHLY}\n  target_value = \"e-1\"")),
            "Target Value Without Use",
        ),
        (
            budget(1.0, &format!("{MONTHLY}\n  budget_unit = \"EUR\"")),
            "Invalid Budget Unit",
        ),
    ]
}

/// Only a plan knows that it is new: after an import, none may be configured.
fn a_new_secret_without_a_key() {
    let it = Subject::new("none");
    let workspace = Workspace::new(Server::shared(), &it.secret(""));
    workspace.validate().expect_ok();
    let says = ["Missing Secret Value", "secret_value_wo"];
    workspace.plan().expect_error_containing(&says);
}

fn names_that_are_taken() {
    let it = Subject::new("taken");
    let secret = it.gateway.make_secret(&it.name, KEY);
    let definition = it.gateway.make_definition(&it.name, &secret);
    let endpoint = it.gateway.make_endpoint(&it.name, &definition);
    let refers = it.definition("model_name = \"gpt-4o\"");
    let refers = refers.replace("mlflow_gateway_secret.it.id", &format!("{secret:?}"));
    for (config, address, id) in [
        (
            it.secret(&format!("secret_value = {{ api_key = {KEY:?} }}")),
            SECRET,
            secret,
        ),
        (refers, DEFINITION, definition.clone()),
        (it.endpoint(&model(&definition, "")), ENDPOINT, endpoint),
    ] {
        let workspace = Workspace::new(Server::shared(), &config);
        let (kind, _) = address.split_once('.').unwrap();
        let says = ["Already Exists", "import {", kind, &id];
        let text = workspace.apply().expect_error_containing(&says).text();
        for hidden in ["SQL", "IntegrityError", KEY] {
            assert!(!text.contains(hidden), "{text}");
        }
        assert!(!workspace.state_text().contains(&it.name));
    }
    it.clear();
}

fn renames_to_names_that_are_taken() {
    let it = Subject::new("rename");
    let [first, _] = it.definitions();
    let taken = format!("{}-taken", it.name);
    it.gateway.make_endpoint(&taken, &first);
    it.gateway
        .make_definition(&taken, &text_of(&it.gateway.secrets(&it.name)[0]));
    let plain = format!("secret_value = {{ api_key = {KEY:?} }}");
    let secret = it
        .secret(&plain)
        .replace(&it.name, &format!("{}-own", it.name));
    let config = format!(
        "{secret}{}{}",
        it.definition("model_name = \"gpt-4o\""),
        it.endpoint(&model(&first, ""))
    );
    let workspace = applied(&config);
    let renamed = config.replacen(
        &format!("\"it\" {{\n  name = {:?}", it.name),
        &format!("\"it\" {{\n  name = {taken:?}"),
        1,
    );
    let other = it.gateway.make_secret(&format!("{}-other", it.name), KEY);
    for renamed in [
        renamed.replace("mlflow_gateway_secret.it.id", &format!("{other:?}")),
        renamed,
        config.replace(
            &it.endpoint(&model(&first, "")),
            &it.endpoint(&model(&first, "")).replace(&it.name, &taken),
        ),
    ] {
        workspace.reconfigure(Server::shared(), &renamed);
        let text = workspace
            .apply()
            .expect_error_containing(&["Already Exists", "import {"])
            .text();
        assert!(!text.contains("SQL"), "{text}");
    }
    workspace.reconfigure(Server::shared(), &config);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    it.clear();
}

fn text_of(secret: &Value) -> String {
    secret["secret_id"].as_str().unwrap().to_owned()
}

/// What the server does not find is not the object itself.
fn references_to_nothing() {
    let it = Subject::new("nothing");
    let refers = it.definition("model_name = \"gpt-4o\"");
    let refers = refers.replace("mlflow_gateway_secret.it.id", "\"s-none\"");
    let [first] = it.definitions();
    let tracked = format!("{}experiment_id = 987654321", model(&first, ""));
    for (config, title, says) in [
        (refers, "Reference Not Found", "s-none"),
        (
            it.endpoint(&model("d-none", "")),
            "Reference Not Found",
            "d-none",
        ),
        (
            it.endpoint(&tracked),
            "Experiment Not Found",
            "experiment_id = 987654321",
        ),
    ] {
        let workspace = Workspace::new(Server::shared(), &config);
        let says = [title, says];
        let told = workspace.apply().expect_error_containing(&says).text();
        assert!(!told.contains("itself"), "{told}");
        assert!(!workspace.state_text().contains(&it.name));
    }
    let workspace = applied(&it.endpoint(&model(&first, "")));
    workspace.reconfigure(Server::shared(), &it.endpoint(&model("d-none", "")));
    workspace
        .apply()
        .expect_error_containing(&["Reference Not Found", "d-none"]);
    workspace.reconfigure(Server::shared(), &it.endpoint(&model(&first, "")));
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    it.clear();
}

/// Its own words say why, or that the server is too old for it.
fn a_user_where_nobody_logs_in() {
    let user = MONTHLY.replace("\"GLOBAL\"", "\"USER\"\n  target_value = \"ada\"");
    let workspace = Workspace::new(Server::shared(), &budget(1.0, &user));
    let run = workspace.apply();
    assert!(!run.is_ok());
    let text = run.text();
    assert!(
        text.contains("authentication") || text.contains("Too Old"),
        "{text}"
    );
    assert_eq!(workspace.state_text().matches("budget_amount").count(), 0);
}

fn on_databricks() {
    let it = Subject::new("databricks");
    let secret = it.secret("secret_value = { api_key = \"k\" }");
    let workspace = Workspace::bare(&Databricks::at("http://127.0.0.1:9", &secret));
    workspace.validate().expect_ok();
    let says = ["Not Supported by Databricks", "gateway secret"];
    workspace.plan().expect_error_containing(&says);
}
