//! Secrets: sent when they change, seen to have changed elsewhere, and kept nowhere.

use serde_json::{Value, json};

use super::{API, KEY, OTHER_KEY, SECRET, Subject, applied, id_of, key, only, proxy, reapply};
use crate::support::{
    Case, cases,
    feature::Feature,
    http::Response,
    mlflow::Server,
    proxy::{Fault, Loss},
    terraform::{Workspace, host_version},
};

pub fn cases() -> Vec<Case> {
    cases![
        applies_with_one_request_and_keeps_the_key_nowhere,
        a_key_in_state_is_warned_of_and_sent_when_it_changes,
        a_key_changed_elsewhere_is_sent_again,
        a_changed_address_gets_the_configured_key_or_none,
        a_key_goes_to_the_address_that_was_planned,
        an_emptied_address_is_emptied_or_refused,
        what_goes_with_the_key_is_mended,
        values_are_texts_whatever_they_are_written_as,
        a_key_that_was_not_taken_over_is_told_and_undone,
        a_mode_without_a_key_needs_none,
        one_without_a_key_changes_without_one,
        statements_of_the_database_are_never_shown,
        one_that_is_gone_is_made_anew,
    ]
}

/// Hosts before 1.11 have no write-only arguments.
fn has_write_only() -> bool {
    host_version() >= (1, 11)
}

fn applies_with_one_request_and_keeps_the_key_nowhere() {
    if !has_write_only() {
        return;
    }
    let (it, proxy) = (Subject::new("secret"), proxy());
    let workspace = Workspace::at(&proxy.url(), &it.secret(&key(KEY, 1)));
    let workspace = workspace.env("TF_LOG", "trace");
    let plan = workspace.plan().expect_ok().text();
    let apply = workspace.apply().expect_ok().text();
    assert_eq!(proxy.count("POST", "/secrets/create"), 1);
    assert_eq!(proxy.count("GET", API), 0, "a create costs one request");
    let shown = format!("{plan}{apply}{}", workspace.state_text());
    assert!(!shown.contains(KEY), "the key is shown");
    let workspace = workspace.env("TF_LOG", "");
    workspace.expect_clean_plan();

    let id = id_of(&workspace, SECRET);
    let secret = it.gateway.secret(&id).unwrap();
    let state = workspace.resource(SECRET);
    let mask = json!({"api_key": "sk-...0001"});
    assert_eq!(secret["masked_values"], mask);
    assert_eq!(state["masked_values"], mask);
    assert_eq!(state["created_at"], secret["created_at"]);
    assert_eq!(state["auth_config"], Value::Null);
    workspace.destroy().expect_ok();
    assert_eq!(it.gateway.secret(&id), None);
}

fn a_key_in_state_is_warned_of_and_sent_when_it_changes() {
    let it = Subject::new("plain");
    let of = |key: &str| it.secret(&format!("secret_value = {{ api_key = {key:?} }}"));
    let workspace = Workspace::new(Server::shared(), &of(KEY));
    let told = workspace.apply().expect_ok().text();
    assert_eq!(
        told.contains("Secret Kept in State"),
        has_write_only(),
        "{told}"
    );
    workspace.expect_clean_plan();
    let id = id_of(&workspace, SECRET);
    reapply(&workspace, &of(OTHER_KEY), SECRET, "update");
    let mask = json!({"api_key": "sk-...0002"});
    assert_eq!(it.gateway.secret(&id).unwrap()["masked_values"], mask);
    workspace.destroy().expect_ok();
}

fn a_key_changed_elsewhere_is_sent_again() {
    let it = Subject::new("drift");
    let mut forms = vec![format!("secret_value = {{ api_key = {KEY:?} }}")];
    forms.extend(has_write_only().then(|| key(KEY, 1)));
    for form in forms {
        let workspace = applied(&it.secret(&form));
        let id = id_of(&workspace, SECRET);
        let theirs = json!({"secret_id": id, "secret_value": {"api_key": OTHER_KEY}});
        it.gateway.post("secrets/update", &theirs);
        assert_eq!(
            workspace.planned_actions(),
            only(SECRET, "update"),
            "{form}"
        );
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let mask = json!({"api_key": "sk-...0001"});
        assert_eq!(it.gateway.secret(&id).unwrap()["masked_values"], mask);
        workspace.destroy().expect_ok();
    }
}

fn a_changed_address_gets_the_configured_key_or_none() {
    let (it, proxy) = (Subject::new("address"), proxy());
    let with = |key: &str, port: u16| {
        it.secret(&format!(
            "{key}\n  auth_config = {{ api_base = \"http://127.0.0.1:{port}/v1\" }}"
        ))
    };
    let provider = format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
        proxy.url()
    );
    let plain = format!("secret_value = {{ api_key = {KEY:?} }}");
    let form = if has_write_only() { key(KEY, 1) } else { plain };
    let workspace = Workspace::bare(&format!("{provider}{}", with(&form, 1)));
    workspace.apply().expect_ok();
    proxy.clear();
    workspace.write("main.tf", &format!("{provider}{}", with(&form, 2)));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let sent = proxy
        .requests()
        .into_iter()
        .find(|it| it.is("POST", "/secrets/update"));
    assert_eq!(
        sent.unwrap().json()["secret_value"],
        json!({"api_key": KEY})
    );

    // Without a key, it neither moves nor goes along.
    workspace.write("main.tf", &format!("{provider}{}", with("", 2)));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.write("main.tf", &format!("{provider}{}", with("", 3)));
    let says = ["Changed Address Needs Key", "auth_config", "secret_value"];
    workspace.plan().expect_error_containing(&says);
    // A host plans before it destroys.
    workspace.write("main.tf", &format!("{provider}{}", with("", 2)));
    workspace.destroy().expect_ok();
}

/// Also where somebody writes another one between plan and apply.
fn a_key_goes_to_the_address_that_was_planned() {
    let it = Subject::new("planned");
    let ours = "auth_config = { api_base = \"http://127.0.0.1:1/v1\" }";
    let all = match Feature::GatewayAddresses.is_there() {
        true => [ours, ""].to_vec(),
        false => vec![ours],
    };
    for config in all {
        let with = |key: &str| {
            it.secret(&format!(
                "secret_value = {{ api_key = {key:?} }}\n  {config}"
            ))
        };
        let workspace = applied(&with(KEY));
        let id = id_of(&workspace, SECRET);
        let before = it.gateway.secret(&id).unwrap()["auth_config"].clone();
        workspace.reconfigure(Server::shared(), &with(OTHER_KEY));
        assert_eq!(workspace.planned_actions(), only(SECRET, "update"));
        let theirs = json!({"api_base": "http://127.0.0.1:9/theirs"});
        let change = json!({"secret_id": id, "auth_config": theirs});
        it.gateway.post("secrets/update", &change);
        workspace
            .run(&["apply", "-input=false", "tfplan"])
            .expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.gateway.secret(&id).unwrap()["auth_config"], before);
        workspace.destroy().expect_ok();
    }
}

fn an_emptied_address_is_emptied_or_refused() {
    let it = Subject::new("emptied");
    let plain = format!("secret_value = {{ api_key = {KEY:?} }}");
    let config = "auth_config = { api_base = \"http://127.0.0.1:1/v1\", api_version = \"1\" }";
    let workspace = applied(&it.secret(&format!("{plain}\n  {config}")));
    let id = id_of(&workspace, SECRET);
    if Feature::GatewayAddresses.is_there() {
        reapply(&workspace, &it.secret(&plain), SECRET, "update");
        assert_eq!(it.gateway.secret(&id).unwrap()["auth_config"], Value::Null);
        // None and an empty one are the same to a server.
        let empty = it.secret(&format!("{plain}\n  auth_config = {{}}"));
        reapply(&workspace, &empty, SECRET, "update");
        assert_eq!(workspace.resource(SECRET)["auth_config"], json!({}));
    } else {
        workspace.reconfigure(Server::shared(), &it.secret(&plain));
        let says = ["Value Cannot Be Cleared", "3.17", "auth_config"];
        workspace.plan().expect_error_containing(&says);
        // A host plans before it destroys.
        let before = it.secret(&format!("{plain}\n  {config}"));
        workspace.reconfigure(Server::shared(), &before);
    }
    workspace.destroy().expect_ok();
}

fn what_goes_with_the_key_is_mended() {
    let it = Subject::new("config");
    let more = format!(
        "secret_value = {{ api_key = {KEY:?} }}\n  auth_config = {{ api_version = \"1\" }}"
    );
    let workspace = applied(&it.secret(&more));
    let id = id_of(&workspace, SECRET);
    let theirs = json!({"secret_id": id, "auth_config": {"api_version": "2"}});
    it.gateway.post("secrets/update", &theirs);
    assert_eq!(workspace.planned_actions(), only(SECRET, "update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let config = json!({"api_version": "1"});
    assert_eq!(it.gateway.secret(&id).unwrap()["auth_config"], config);
    // A write that changes nothing moves a time, and is no drift.
    it.gateway.post("secrets/update", &json!({"secret_id": id}));
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// A number among them would drop the whole key without a word.
fn values_are_texts_whatever_they_are_written_as() {
    let it = Subject::new("texts");
    let values = "secret_value = { api_key = 12345678, flag = true }";
    let workspace = applied(&it.secret(values));
    workspace.expect_clean_plan();
    let secret = it.gateway.secret(&id_of(&workspace, SECRET)).unwrap();
    let masks = json!({"api_key": "123...5678", "flag": "***"});
    assert_eq!(secret["masked_values"], masks);
    workspace.destroy().expect_ok();
}

fn a_key_that_was_not_taken_over_is_told_and_undone() {
    let (it, proxy) = (Subject::new("taken"), proxy());
    let dropped = |answer: Response| {
        let body = answer.text().replace("masked_values", "other_values");
        Response::new(answer.status, "application/json", body)
    };
    let spoilt = Fault::Afterwards(Loss::Changed(dropped));
    proxy.inject("POST", "/secrets/create", 1, spoilt);
    let config = it.secret(&format!("secret_value = {{ api_key = {KEY:?} }}"));
    let workspace = Workspace::at(&proxy.url(), &config);
    workspace
        .apply()
        .expect_error_containing(&["Key Not Taken Over"]);
    assert_eq!(it.gateway.secrets(&it.name), Vec::<Value>::new());
    assert!(!workspace.state_text().contains(&it.name));
}

fn a_mode_without_a_key_needs_none() {
    let it = Subject::new("keyless");
    let chain = "auth_config = { auth_mode = \"default_chain\" }";
    let config = it.secret(chain).replace("\"openai\"", "\"bedrock\"");
    let workspace = applied(&config);
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(SECRET)["masked_values"], json!({}));
    workspace.destroy().expect_ok();
}

/// There is none to be handed to another address; where there is one, it goes as the error says.
fn one_without_a_key_changes_without_one() {
    let it = Subject::new("keyless");
    let of = |key: &str, config: &str| {
        let more = format!("{key}\n  auth_config = {{ {config} }}");
        it.secret(&more).replace("\"openai\"", "\"bedrock\"")
    };
    let chain =
        |region: &str| format!("auth_mode = \"default_chain\", aws_region_name = {region:?}");
    let workspace = applied(&of("", &chain("eu")));
    reapply(&workspace, &of("", &chain("us")), SECRET, "update");
    let config = json!({"auth_mode": "default_chain", "aws_region_name": "us"});
    let id = id_of(&workspace, SECRET);
    assert_eq!(it.gateway.secret(&id).unwrap()["auth_config"], config);
    let keyed = of(
        "secret_value = { api_key = \"k\" }",
        "auth_mode = \"api_key\"",
    );
    reapply(&workspace, &keyed, SECRET, "update");
    workspace.reconfigure(Server::shared(), &of("", &chain("us")));
    let says = ["Changed Address Needs Key", "secret_value = {}"];
    workspace.plan().expect_error_containing(&says);
    let none = of("secret_value = {}", &chain("us"));
    reapply(&workspace, &none, SECRET, "delete-create");
    assert_eq!(workspace.resource(SECRET)["masked_values"], json!({}));
    workspace.destroy().expect_ok();
}

/// They echo a key's ciphertext and its mask, and whatever else was sent.
fn statements_of_the_database_are_never_shown() {
    let (it, proxy) = (Subject::new("sql"), proxy());
    let statement = format!(
        "(sqlite3.IntegrityError) failed {KEY} sk-...0001 [SQL: INSERT INTO secrets] \
         [parameters: ('{KEY}', 'sk-...0001')]"
    );
    let config = it.secret(&format!("secret_value = {{ api_key = {KEY:?} }}"));
    for (status, code) in [(400, "BAD_REQUEST"), (500, "INTERNAL_ERROR")] {
        let answer = Response::json_error(status, code, &statement);
        proxy.inject(
            "POST",
            "/secrets/create",
            2,
            Fault::Instead(Loss::Answer(answer)),
        );
        let workspace = Workspace::at(&proxy.url(), &config);
        let run = workspace.apply();
        let says = [code, "not repeated here"];
        let text = run.expect_error_containing(&says).text();
        for hidden in [KEY, "sk-...0001", "INSERT", "sqlite3"] {
            assert!(!text.contains(hidden), "{text}");
        }
        proxy.heal();
    }
}

fn one_that_is_gone_is_made_anew() {
    let it = Subject::new("gone");
    let workspace = applied(&it.secret(&format!("secret_value = {{ api_key = {KEY:?} }}")));
    it.gateway.delete_secret(&id_of(&workspace, SECRET));
    assert_eq!(workspace.planned_actions(), only(SECRET, "create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.gateway.delete_secret(&id_of(&workspace, SECRET));
    workspace.destroy().expect_ok();
}
