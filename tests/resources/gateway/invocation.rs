//! What was applied works: clients of the real gateway are answered by the right model with the right
//! key, or refused, and whoever listens hears of a budget that is exceeded.

use std::time::Duration;

use super::{
    ENDPOINT, KEY, OTHER_KEY, Subject, applied,
    budget_policy::{MONTHLY, budget},
    id_of, key,
};
use crate::support::{
    Case, cases,
    feature::Feature,
    mlflow::Server,
    openai::{Asked, OpenAi},
    receiver::{Receiver, is_signed_with},
    terraform::host_version,
    wait_for,
};

pub fn cases() -> Vec<Case> {
    cases![
        clients_are_answered_with_the_key_that_was_applied,
        budgets_refuse_and_alert,
    ]
}

/// The gateway sees a change once its cache has forgotten what was there before.
const CACHED: Duration = Duration::from_secs(60);

fn asked(key: &str, model: &str) -> Asked {
    Asked {
        key: key.to_owned(),
        model: model.to_owned(),
    }
}

/// A secret with this key for this provider, two definitions, and an endpoint that falls back.
fn config(it: &Subject, provider: &OpenAi, key: &str, order: [&str; 2]) -> String {
    let address = format!("auth_config = {{ api_base = {:?} }}", provider.url());
    let definitions = r#"for_each = toset(["gpt-4o", "gpt-4o-mini"])
  model_name = each.key"#;
    let named = format!("name = \"{}-${{each.key}}\"", it.name);
    let definitions = it
        .definition(definitions)
        .replace(&format!("name = {:?}", it.name), &named);
    let model = |name: &str, more: &str| {
        format!(
            "model {{\n    model_definition_id = mlflow_gateway_model_definition.it[{name:?}].id\n    \
             {more}\n  }}\n  "
        )
    };
    let back = "linkage_type = \"FALLBACK\"\n    fallback_order = 1";
    let models = format!("{}{}", model(order[0], ""), model(order[1], back));
    let endpoint = it.endpoint(&format!("{models}fallback = {{ max_attempts = 1 }}"));
    let secret = it.secret(&format!("{key}\n  {address}"));
    format!("{secret}{definitions}{endpoint}")
}

/// A key in the form that the host knows.
fn form(text: &str, version: u32) -> String {
    if host_version() >= (1, 11) {
        key(text, version)
    } else {
        format!("secret_value = {{ api_key = {text:?} }}")
    }
}

fn clients_are_answered_with_the_key_that_was_applied() {
    let (it, provider) = (Subject::new("invoked"), OpenAi::start());
    let order = ["gpt-4o", "gpt-4o-mini"];
    let workspace = applied(&config(&it, &provider, &form(KEY, 1), order));
    let answer = it.gateway.invoke(&it.name);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(provider.last(), Some(asked(KEY, "gpt-4o")));

    workspace.reconfigure(
        Server::shared(),
        &config(&it, &provider, &form(OTHER_KEY, 2), order),
    );
    workspace.apply().expect_ok();
    wait_for("call with the new key", CACHED, || {
        assert_eq!(it.gateway.invoke(&it.name).status, 200);
        (provider.last() == Some(asked(OTHER_KEY, "gpt-4o"))).then_some(())
    });

    // The one to fall back to answers where the primary one fails.
    provider.fail("gpt-4o");
    let answer = it.gateway.invoke(&it.name);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(provider.last(), Some(asked(OTHER_KEY, "gpt-4o-mini")));
    workspace.destroy().expect_ok();
    it.clear();
}

/// Both in one case: a budget of one would count the spending of the other.
fn budgets_refuse_and_alert() {
    let (it, provider, receiver) = (Subject::new("spent"), OpenAi::start(), Receiver::start());
    let endpoint = config(&it, &provider, &form(KEY, 1), ["gpt-4o", "gpt-4o-mini"]);
    let webhook = format!(
        "resource \"mlflow_webhook\" \"it\" {{\n  name = {:?}\n  events = [\"budget_policy.exceeded\"]\n  \
         http_url_spec {{\n    url = {:?}\n    secret = \"s3cret\"\n  }}\n}}\n",
        it.name,
        receiver.url()
    );
    let scope = "target_scope = \"ENDPOINT\"\n  target_value = mlflow_gateway_endpoint.it.id";
    let of_endpoint = |more: &str| match Feature::EndpointBudgets.is_there() {
        true => more.replace("target_scope = \"GLOBAL\"", scope),
        false => more.to_owned(),
    };
    let alerting = budget(0.01, &of_endpoint(MONTHLY));
    let workspace = applied(&format!("{endpoint}{webhook}{alerting}"));
    let answer = it.gateway.invoke(&it.name);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let is_ours = |text: &str| text.contains("budget_policy");
    let heard = receiver.wait_for_matching(1, |it| is_ours(&String::from_utf8_lossy(&it.body)));
    assert!(is_signed_with(&heard[0], "s3cret"), "{heard:?}");

    if Feature::EndpointBudgets.is_there() {
        let refusing = budget(0.0, &of_endpoint(&MONTHLY.replace("ALERT", "REJECT")));
        workspace.reconfigure(Server::shared(), &format!("{endpoint}{webhook}{refusing}"));
        workspace.apply().expect_ok();
        assert_eq!(it.gateway.invoke(&it.name).status, 429);
        assert_ne!(id_of(&workspace, ENDPOINT), "");
    }
    workspace.destroy().expect_ok();
    it.clear();
}
