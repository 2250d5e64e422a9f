//! What is found of a gateway that others look after.

use serde_json::json;

use crate::support::{
    Case,
    access::{Access, PASSWORD, as_user},
    cases,
    feature::Feature,
    gateway::Gateway,
    mlflow::Server,
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    if !Feature::Gateway.is_there() {
        return Vec::new();
    }
    cases![
        one_is_found_by_its_name_or_id,
        endpoints_are_found_by_what_they_have,
        what_is_not_there_is_told,
        what_a_login_may_not_see_is_told,
    ]
}

const KEY: &str = "sk-canary-of-another-team-0001";

fn one_is_found_by_its_name_or_id() {
    let (name, gateway) = (unique("found"), Gateway::shared());
    let secret = gateway.make_secret(&name, KEY);
    let definition = gateway.make_definition(&name, &secret);
    let endpoint = gateway.make_endpoint(&name, &definition);
    let config = format!(
        r#"
data "mlflow_gateway_secret" "it" {{ name = {name:?} }}
data "mlflow_gateway_model_definition" "it" {{ name = {name:?} }}
data "mlflow_gateway_endpoint" "it" {{ name = {name:?} }}
data "mlflow_gateway_endpoint" "by_id" {{ id = {endpoint:?} }}
"#
    );
    let workspace = Workspace::new(Server::shared(), &config);
    workspace.apply().expect_ok();
    let found = |address: &str| workspace.resource(&format!("data.mlflow_gateway_{address}"));
    let it = found("secret.it");
    assert_eq!(it["id"], json!(secret));
    assert_eq!(it["provider_name"], "openai");
    assert_eq!(it["auth_config"], json!({}));
    assert_eq!(it["masked_values"], json!({"api_key": "sk-...0001"}));
    let it = found("model_definition.it");
    assert_eq!(it["id"], json!(definition));
    assert_eq!(it["secret_id"], json!(secret));
    assert_eq!(it["secret_name"], json!(name));
    assert_eq!(it["model_name"], "gpt-4o");
    let it = found("endpoint.it");
    assert_eq!(it["id"], json!(endpoint));
    assert_eq!(it["usage_tracking"], false);
    let model = json!({
        "model_definition_id": definition, "model_definition_name": name, "provider_name": "openai",
        "model_name": "gpt-4o", "linkage_type": "PRIMARY", "weight": 1, "fallback_order": null,
    });
    assert_eq!(it["models"], json!([model]));
    assert_eq!(found("endpoint.by_id"), it);
    assert!(!workspace.state_text().contains(KEY));
    clear(&gateway, &name);
}

fn endpoints_are_found_by_what_they_have() {
    let (name, gateway) = (unique("many"), Gateway::shared());
    let secret = gateway.make_secret(&name, KEY);
    let definition = gateway.make_definition(&name, &secret);
    for suffix in ["b", "a"] {
        let id = gateway.make_endpoint(&format!("{name}-{suffix}"), &definition);
        let tag = json!({"endpoint_id": id, "key": "suffix", "value": suffix});
        gateway.post("endpoints/set-tag", &tag);
    }
    let asked = |label: &str, more: &str| {
        format!(
            "data \"mlflow_gateway_endpoints\" {label:?} {{\n  name_prefix = {name:?}\n  {more}\n}}\n"
        )
    };
    let config = [
        asked("all", ""),
        asked("tagged", "tags = { suffix = \"b\" }"),
        asked("other", "provider_name = \"anthropic\""),
        asked("same", "provider_name = \"openai\""),
    ];
    let workspace = Workspace::new(Server::shared(), &config.concat());
    workspace.apply().expect_ok();
    let names = |label: &str| {
        workspace.resource(&format!("data.mlflow_gateway_endpoints.{label}"))["names"].clone()
    };
    let (a, b) = (format!("{name}-a"), format!("{name}-b"));
    assert_eq!(names("all"), json!([a, b]));
    assert_eq!(names("same"), json!([a, b]));
    assert_eq!(names("tagged"), json!([b]));
    assert_eq!(names("other"), json!([]));
    clear(&gateway, &name);
}

fn what_is_not_there_is_told() {
    for (kind, by, title) in [
        ("secret", "name", "Gateway Secret Not Found"),
        (
            "model_definition",
            "name",
            "Gateway Model Definition Not Found",
        ),
        ("endpoint", "name", "Gateway Endpoint Not Found"),
        ("endpoint", "id", "Gateway Endpoint Not Found"),
    ] {
        let config = format!("data \"mlflow_gateway_{kind}\" \"it\" {{\n  {by} = \"none\"\n}}\n");
        let workspace = Workspace::new(Server::shared(), &config);
        workspace.plan().expect_error_containing(&[title]);
    }
}

/// The server leaves it out of its list, and shows it to an admin.
fn what_a_login_may_not_see_is_told() {
    if !Feature::Roles.is_there() {
        return;
    }
    let (access, name) = (Access::shared(), unique("hidden"));
    let (team, user) = (access.some_workspace("team"), access.some_user("bob"));
    let gateway = Gateway::of(access.rest().in_workspace(&team));
    let secret = gateway.make_secret(&name, KEY);
    gateway.make_definition(&name, &secret);
    for kind in ["secret", "model_definition"] {
        let config = |name: &str| {
            format!(
                "data \"mlflow_gateway_{kind}\" \"it\" {{\n  name = {name:?}\n  workspace = {team:?}\n}}\n"
            )
        };
        let by_user = as_user(
            Workspace::new(access.server(), &config(&name)),
            &user,
            PASSWORD,
        );
        let says = ["Not Found", "may not see it", &user];
        by_user.plan().expect_error_containing(&says);
        access.workspace(&config(&name)).plan().expect_ok();
        let none = access.workspace(&config("none")).plan();
        let text = none.expect_error_containing(&["Not Found"]).text();
        assert!(!text.contains("may not see it"), "{text}");
    }
    let made = format!(
        "resource \"mlflow_gateway_secret\" \"it\" {{\n  name = \"{name}-own\"\n  workspace = {team:?}\n  \
         provider_name = \"openai\"\n  secret_value = {{ api_key = {KEY:?} }}\n}}\n"
    );
    let by_user = as_user(Workspace::new(access.server(), &made), &user, PASSWORD);
    let says = [
        "Permission Denied",
        "a new secret needs a role in the workspace",
    ];
    by_user.apply().expect_error_containing(&says);
    clear(&gateway, &name);
    access.delete_user(&user);
}

fn clear(gateway: &Gateway, prefix: &str) {
    for it in gateway.endpoints(prefix) {
        gateway.delete_endpoint(it["endpoint_id"].as_str().unwrap());
    }
    for it in gateway.definitions(prefix) {
        gateway.delete_definition(it["model_definition_id"].as_str().unwrap());
    }
    for it in gateway.secrets(prefix) {
        gateway.delete_secret(it["secret_id"].as_str().unwrap());
    }
}
