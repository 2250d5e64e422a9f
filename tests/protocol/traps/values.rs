//! What is read of values in all their forms, and said of those that make no sense.

use serde_json::json;
use terraform_provider_mlflow::wire::{
    Type, Value,
    proto::{
        Diagnostic, DynamicValue, RawState, apply_resource_change, call_function,
        configure_provider, generate_resource_config, import_resource_state, plan_resource_change,
        read_data_source, read_resource, upgrade_resource_state, validate_resource_config,
    },
};

use crate::support::{
    Case, cases,
    host::run,
    mlflow::Server,
    session::{
        Session, URL, WEBHOOK, calling, decoded, encoded, has_error, told, webhook, webhook_type,
        with,
    },
};

pub fn cases() -> Vec<Case> {
    cases![
        numbers_keep_every_digit,
        garbage_is_answered_with_what_can_be_shown,
        an_argument_of_no_octets_is_null,
        an_upgrade_bears_what_it_finds,
    ]
}

/// More digits than any floating point number has.
const DIGITS: &str = "123456789012345678901234567890";
/// The first whole number that a double does not hold.
const BEYOND_DOUBLES: &str = "9007199254740993";

fn numbers_keep_every_digit() {
    run(async {
        let mut session = Session::at("http://127.0.0.1:9").await;
        let raw = format!(
            r#"{{"id": "1", "creation_timestamp": {DIGITS},
                "http_url_spec": [{{"url": "{URL}", "secret_wo_version": {BEYOND_DOUBLES}}}]}}"#
        );
        let upgraded = session.upgrade(raw.as_bytes()).await;
        let state = decoded(upgraded.upgraded_state.as_ref());
        assert_eq!(number(state.get("creation_timestamp")), DIGITS);
        assert_eq!(number(version(&state)), BEYOND_DOUBLES);
        let config = plan_resource_change::Request {
            type_name: WEBHOOK.to_owned(),
            proposed_new_state: Some(with_number_as_text()),
            config: Some(with_number_as_text()),
            ..Default::default()
        };
        let planned = session.provider.plan_resource_change(config).await;
        let planned = planned.unwrap().into_inner();
        assert_eq!(told(&planned.diagnostics), [""; 0]);
        let planned = decoded(planned.planned_state.as_ref());
        assert_eq!(number(version(&planned)), BEYOND_DOUBLES);
        session.end().await;
    });
}

/// A configuration whose number comes as text, as hosts send what neither integer nor double holds.
fn with_number_as_text() -> DynamicValue {
    let (Type::Object(mut types), config) = (webhook_type(), calling("digits", URL, json!({})))
    else {
        panic!("a resource is an object");
    };
    let Some(Type::List(block)) = types.get("http_url_spec") else {
        panic!("a block is a list");
    };
    let Type::Object(mut inner) = (**block).clone() else {
        panic!("of objects");
    };
    inner.insert("secret_wo_version".into(), Type::String);
    types.insert("http_url_spec".into(), Type::list(Type::Object(inner)));
    let block = &config.get("http_url_spec").elements().unwrap()[0];
    let block = with(block, "secret_wo_version", Value::string(BEYOND_DOUBLES));
    let config = with(&config, "http_url_spec", Value::List(vec![block]));
    encoded(&config, &Type::Object(types))
}

fn version(webhook: &Value) -> &Value {
    let blocks = webhook.get("http_url_spec").elements().unwrap();
    blocks[0].get("secret_wo_version")
}

fn number(value: &Value) -> String {
    value.as_number().unwrap().to_string()
}

/// Nothing at all, cut off, of another type, endless, and not even msgpack.
const GARBAGE: [&[u8]; 5] = [
    &[0xc1],
    &[0x81],
    &[0xa1, b'x'],
    &[0xdf, 0xff, 0xff, 0xff, 0xff],
    b"{}",
];

fn garbage_is_answered_with_what_can_be_shown() {
    run(async {
        let mut session = Session::at(&Server::shared().url()).await;
        for octets in GARBAGE {
            let value = Some(DynamicValue {
                msgpack: octets.to_vec(),
                json: Vec::new(),
            });
            let type_name = WEBHOOK.to_owned();
            let answers = [
                validated(&mut session, value.clone()).await,
                configured(&mut session, value.clone()).await,
                planned(&mut session, value.clone()).await,
                applied(&mut session, value.clone()).await,
                read(&mut session, value.clone()).await,
                looked_up(&mut session, value.clone()).await,
                generated(&mut session, value.clone()).await,
            ];
            for (position, found) in answers.iter().enumerate() {
                assert!(has_error(found), "{position}: {octets:?}");
            }
            let request = upgrade_resource_state::Request {
                type_name,
                version: 0,
                raw_state: Some(RawState {
                    json: octets[..1].to_vec(),
                    flatmap: Default::default(),
                }),
            };
            let answer = session.provider.upgrade_resource_state(request).await;
            assert!(has_error(&answer.unwrap().into_inner().diagnostics));
        }
        let nothing = import_resource_state::Request {
            type_name: WEBHOOK.to_owned(),
            ..Default::default()
        };
        let answer = session.provider.import_resource_state(nothing).await;
        assert!(has_error(&answer.unwrap().into_inner().diagnostics));
        session.end().await;
    });
}

/// One request with this value in it, and the diagnostics of its answer.
macro_rules! asking {
    ($name:ident, $rpc:ident, $module:ident, $type_name:expr, $($field:ident),+) => {
        async fn $name(
            session: &mut Session,
            value: Option<DynamicValue>,
        ) -> Vec<Diagnostic> {
            let request = $module::Request {
                type_name: $type_name.to_owned(),
                $($field: value.clone(),)+
                ..Default::default()
            };
            let answer = session.provider.$rpc(request).await;
            answer.unwrap().into_inner().diagnostics
        }
    };
}

asking!(
    validated,
    validate_resource_config,
    validate_resource_config,
    WEBHOOK,
    config
);
asking!(
    planned,
    plan_resource_change,
    plan_resource_change,
    WEBHOOK,
    proposed_new_state,
    config
);
asking!(
    applied,
    apply_resource_change,
    apply_resource_change,
    WEBHOOK,
    planned_state
);
asking!(read, read_resource, read_resource, WEBHOOK, current_state);
asking!(
    looked_up,
    read_data_source,
    read_data_source,
    WEBHOOK,
    config
);

async fn configured(session: &mut Session, config: Option<DynamicValue>) -> Vec<Diagnostic> {
    let request = configure_provider::Request {
        config,
        ..Default::default()
    };
    let answer = session.provider.configure_provider(request).await;
    answer.unwrap().into_inner().diagnostics
}

async fn generated(session: &mut Session, state: Option<DynamicValue>) -> Vec<Diagnostic> {
    let request = generate_resource_config::Request {
        type_name: WEBHOOK.to_owned(),
        state,
    };
    let answer = session.provider.generate_resource_config(request).await;
    answer.unwrap().into_inner().diagnostics
}

fn an_argument_of_no_octets_is_null() {
    run(async {
        let mut session = Session::unconfigured().await;
        let text = || encoded(&Value::string("x"), &Type::String);
        for at in 0..2 {
            let mut arguments = vec![text(), text()];
            arguments[at] = DynamicValue::default();
            let request = call_function::Request {
                name: "databricks_webhook_signature".to_owned(),
                arguments,
            };
            let answer = session.provider.call_function(request).await;
            let answer = answer.unwrap().into_inner();
            let error = answer.error.expect("neither parameter may be null");
            assert_eq!(error.function_argument, Some(i64::try_from(at).unwrap()));
            assert!(!error.text.is_empty() && answer.result.is_none());
        }
        session.end().await;
    });
}

fn an_upgrade_bears_what_it_finds() {
    run(async {
        let mut session = Session::unconfigured().await;
        for (raw, expected) in [
            (r#"{"id": "1"}"#, json!({"id": "1"})),
            (
                r#"{"id": "1", "gone": {"a": [1, null]}, "job_spec": null}"#,
                json!({"id": "1"}),
            ),
            (
                r#"{"id": 1, "creation_timestamp": "17", "events": null}"#,
                json!({"id": "1", "creation_timestamp": 17}),
            ),
            (
                r#"{"http_url_spec": [{"url": "u", "enable_ssl_verification": "true"}]}"#,
                json!({"http_url_spec": [{"url": "u", "enable_ssl_verification": true}]}),
            ),
        ] {
            let answer = session.upgrade(raw.as_bytes()).await;
            assert_eq!(told(&answer.diagnostics), [""; 0], "{raw}");
            let state = decoded(answer.upgraded_state.as_ref());
            assert_eq!(state, webhook(expected), "{raw}");
        }
        session.end().await;
    });
}
