//! What the process does to its host, and what it must not wait for.

use std::{
    fs::{self, Permissions},
    io::{Seek, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;
use terraform_provider_mlflow::wire::{
    Type, Value, msgpack,
    proto::{
        call_function, generate_resource_config, move_resource_state, stop_provider,
        validate_action_config, validate_data_resource_config, validate_list_resource_config,
        validate_provider_config,
    },
};

use crate::support::{
    Case, cases,
    host::{Host, plugin, run},
    session::{
        Kept, Session, TEST, URL, WEBHOOK, action, at, calling, config_of, data_source, databricks,
        decoded, encoded, list, provider_type, raw_json, told, webhook_value, with,
    },
};

pub fn cases() -> Vec<Case> {
    cases![
        the_hosts_input_is_not_read,
        what_it_starts_does_not_hold_the_hosts_pipes,
        a_message_may_be_large,
        what_hosts_ask_an_unconfigured_process_is_answered,
    ]
}

fn the_hosts_input_is_not_read() {
    run(async {
        let mut typed = tempfile::tempfile().unwrap();
        typed.write_all(b"yes\n").unwrap();
        typed.rewind().unwrap();
        let mut command = plugin();
        command.stdin(typed.try_clone().unwrap());
        let mut session = Session::over(Host::start_with(command).await);
        let found = session.validate(&calling("n", URL, json!({}))).await;
        assert_eq!(told(&found), [""; 0]);
        session.end().await;
        // Both ends share one position.
        assert_eq!(typed.stream_position().unwrap(), 0);
    });
}

/// How long the login hangs.
const SLEEP: Duration = Duration::from_secs(60);

fn what_it_starts_does_not_hold_the_hosts_pipes() {
    let folder = tempfile::tempdir().unwrap();
    let begun = folder.path().join("begun");
    let login = hanging_login(folder.path(), &begun);
    run(async {
        let mut command = plugin();
        command.env("DATABRICKS_CLI_PATH", &login);
        let mut session = Session::over(Host::start_with(command).await);
        let workspace = databricks(&[
            ("host", Value::string("https://dbc.example.com")),
            ("auth_type", Value::string("databricks-cli")),
        ]);
        assert_eq!(told(&session.configure(&workspace).await), [""; 0]);
        let stored = Kept {
            state: with(&calling("n", URL, json!({})), "id", Value::string("1")),
            ..Kept::default()
        };
        let mut other = session.provider.clone();
        let stopping = async {
            while !begun.exists() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            other
                .stop_provider(stop_provider::Request {})
                .await
                .unwrap();
        };
        let (read, ()) = tokio::join!(session.read(&stored), stopping);
        assert_eq!(told(&read.diagnostics).len(), 1);
        // Waits for the process and for the end of both its pipes.
        let since = Instant::now();
        session.host.shutdown().await;
        assert!(since.elapsed() < SLEEP / 2, "{:?}", since.elapsed());
    });
    let sleeper = fs::read_to_string(begun).unwrap();
    let mut kill = Command::new("kill");
    kill.arg(sleeper.trim()).stderr(Stdio::null());
    kill.status().unwrap();
}

/// A command that writes down whom it has started, and waits for it.
fn hanging_login(folder: &Path, begun: &Path) -> PathBuf {
    let script = folder.join("databricks");
    let begun = begun.display();
    // A smaller file counts as the early command of the same name, which knows no logins.
    let padding = format!("# {}\n", "-".repeat(1 << 20));
    let seconds = SLEEP.as_secs();
    let text = format!(
        "#!/bin/sh\nsleep {seconds} &\necho $! > {begun}.new\nmv {begun}.new {begun}\nwait\n{padding}"
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
    script
}

fn a_message_may_be_large() {
    const OCTETS: usize = 8 << 20;
    run(async {
        let mut session = Session::at("http://127.0.0.1:9").await;
        let prior = calling("large", URL, json!({}));
        let large = with(&prior, "description", Value::string("x".repeat(OCTETS)));
        assert_eq!(told(&session.validate(&large).await), [""; 0]);
        let raw = json!({"id": "1", "description": "x".repeat(OCTETS)});
        let answer = session.upgrade(raw.to_string().as_bytes()).await;
        let state = decoded(answer.upgraded_state.as_ref());
        assert_eq!(state.get("description").as_str().unwrap().len(), OCTETS);
        session.end().await;
    });
}

fn what_hosts_ask_an_unconfigured_process_is_answered() {
    run(async {
        let mut session = Session::unconfigured().await;
        let config = calling("n", URL, json!({}));
        assert_eq!(told(&session.validate(&config).await), [""; 0]);
        let upgraded = session.upgrade(br#"{"id": "1"}"#).await;
        assert_eq!(
            decoded(upgraded.upgraded_state.as_ref()).get("id").as_str(),
            Some("1")
        );
        expect_validations(&mut session).await;
        let signed = signature(&mut session).await;
        assert_eq!(signed.len(), 64);
        let moved = moved(&mut session).await;
        assert_eq!(told(&moved.diagnostics), [""; 0]);
        assert_eq!(
            decoded(moved.target_state.as_ref()).get("id").as_str(),
            Some("7")
        );
        assert!(moved.target_identity.is_some());
        let generate = generate_resource_config::Request {
            type_name: WEBHOOK.to_owned(),
            state: Some(webhook_value(&config)),
        };
        let answer = session.provider.generate_resource_config(generate).await;
        let answer = answer.unwrap().into_inner();
        assert_eq!(
            decoded(answer.config.as_ref()).get("name").as_str(),
            Some("n")
        );
        session.end().await;
    });
}

async fn expect_validations(session: &mut Session) {
    let provider = &mut session.provider;
    let request = validate_provider_config::Request {
        config: Some(encoded(&at("http://127.0.0.1:9"), &provider_type())),
    };
    let answer = provider.validate_provider_config(request).await;
    assert_eq!(told(&answer.unwrap().into_inner().diagnostics), [""; 0]);
    let id = || Value::string("1");
    let request = validate_data_resource_config::Request {
        type_name: TEST.to_owned(),
        config: Some(config_of(&data_source(TEST), &[("webhook_id", id())])),
    };
    let answer = provider.validate_data_resource_config(request).await;
    assert_eq!(told(&answer.unwrap().into_inner().diagnostics), [""; 0]);
    let request = validate_list_resource_config::Request {
        type_name: WEBHOOK.to_owned(),
        config: Some(config_of(&list(), &[])),
        ..Default::default()
    };
    let answer = provider.validate_list_resource_config(request).await;
    assert_eq!(told(&answer.unwrap().into_inner().diagnostics), [""; 0]);
    let request = validate_action_config::Request {
        type_name: TEST.to_owned(),
        config: Some(config_of(&action(), &[("webhook_id", id())])),
    };
    let answer = provider.validate_action_config(request).await;
    assert_eq!(told(&answer.unwrap().into_inner().diagnostics), [""; 0]);
}

async fn signature(session: &mut Session) -> String {
    let text = || encoded(&Value::string("x"), &Type::String);
    let request = call_function::Request {
        name: "databricks_webhook_signature".to_owned(),
        arguments: vec![text(), text()],
    };
    let answer = session.provider.call_function(request).await;
    let result = answer.unwrap().into_inner().result.unwrap();
    let result = msgpack::decode(&result.msgpack, &Type::String).unwrap();
    result.as_str().unwrap().to_owned()
}

async fn moved(session: &mut Session) -> move_resource_state::Response {
    let state = json!({"id": "7", "events": ["MODEL_VERSION_CREATED"]});
    let request = move_resource_state::Request {
        source_provider_address: "registry.opentofu.org/databricks/databricks".to_owned(),
        source_type_name: "databricks_mlflow_webhook".to_owned(),
        source_state: Some(raw_json(state.to_string().as_bytes())),
        target_type_name: WEBHOOK.to_owned(),
        ..Default::default()
    };
    let answer = session.provider.move_resource_state(request).await;
    answer.unwrap().into_inner()
}
