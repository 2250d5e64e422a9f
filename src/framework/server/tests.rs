//! What a host would drop from state, refuse or crash on, a case each: managed resources never
//! answer so.

use tonic::Request;

use super::testing::{
    THING, ask, configured, configured_unknown, identity, received, sent, thing, thing_type, told,
    unconfigured,
};
use crate::{
    framework::Value,
    wire::proto::{
        DynamicValue, RawState, apply_resource_change, import_resource_state, plan_resource_change,
        provider_server::Provider as _, read_resource, upgrade_resource_state,
        validate_resource_config,
    },
};

const NOTE: &[u8] = br#"{"note":1}"#;
const SECRET: &str = "canary";

fn stored(name: &str) -> Value {
    thing(&[("id", "1"), ("name", name), ("status", "ON")])
}

fn state(value: &Value) -> Option<DynamicValue> {
    sent(value, &thing_type())
}

async fn planned(prior: &Value, config: &Value) -> plan_resource_change::Response {
    let request = plan_resource_change::Request {
        type_name: THING.to_owned(),
        prior_state: state(prior),
        proposed_new_state: state(config),
        config: state(config),
        prior_private: NOTE.to_vec(),
        ..Default::default()
    };
    let server = configured().await;
    let answer = ask(&server).plan_resource_change(Request::new(request));
    answer.await.unwrap().into_inner()
}

async fn applied(prior: &Value, planned: &Value) -> apply_resource_change::Response {
    let request = apply_resource_change::Request {
        type_name: THING.to_owned(),
        prior_state: state(prior),
        planned_state: state(planned),
        config: state(planned),
        planned_private: NOTE.to_vec(),
        ..Default::default()
    };
    let server = configured().await;
    let answer = ask(&server).apply_resource_change(Request::new(request));
    answer.await.unwrap().into_inner()
}

fn state_of(value: Option<&DynamicValue>) -> Value {
    received(value, &thing_type())
}

#[tokio::test]
async fn a_refresh_keeps_state_and_notes() {
    let request = read_resource::Request {
        type_name: THING.to_owned(),
        current_state: state(&stored("n")),
        private: NOTE.to_vec(),
        ..Default::default()
    };
    let server = configured().await;
    let answer = ask(&server).read_resource(Request::new(request)).await;
    let answer = answer.unwrap().into_inner();
    assert_eq!(state_of(answer.new_state.as_ref()), stored("n"));
    assert_eq!(answer.private, NOTE);
}

#[tokio::test]
async fn what_cannot_be_done_is_an_error_and_never_an_absent_state() {
    let request = read_resource::Request {
        type_name: THING.to_owned(),
        current_state: state(&stored("n")),
        ..Default::default()
    };
    let answer = ask(&unconfigured())
        .read_resource(Request::new(request))
        .await;
    let answer = answer.unwrap().into_inner();
    assert_eq!(told(&answer.diagnostics), ["Provider Not Configured"]);
    let request = upgrade_resource_state::Request {
        type_name: "test_other".to_owned(),
        ..Default::default()
    };
    let server = unconfigured();
    let answer = ask(&server).upgrade_resource_state(Request::new(request));
    let answer = answer.await.unwrap().into_inner();
    assert_eq!(told(&answer.diagnostics), ["Unknown Type"]);
}

#[tokio::test]
async fn a_destruction_takes_its_notes_along() {
    let answer = planned(&stored("n"), &Value::Null).await;
    assert_eq!(told(&answer.diagnostics), ["Its End"]);
    assert_eq!(state_of(answer.planned_state.as_ref()), Value::Null);
    assert_eq!(answer.planned_private, NOTE);
    assert!(!answer.legacy_type_system);
}

#[tokio::test]
async fn write_only_values_are_in_no_answer() {
    let config = thing(&[("name", "n"), ("token_wo", SECRET)]);
    let plan = planned(&Value::Null, &config).await;
    let made = applied(&Value::Null, &config).await;
    let raw = format!(r#"{{"id":"1","name":"n","token_wo":{SECRET:?}}}"#);
    let upgraded = upgraded(0, &raw).await;
    for value in [plan.planned_state, made.new_state, upgraded.upgraded_state] {
        let value = state_of(value.as_ref());
        assert_eq!(*value.get("token_wo"), Value::Null);
    }
}

async fn upgraded(version: i64, raw: &str) -> upgrade_resource_state::Response {
    let request = upgrade_resource_state::Request {
        type_name: THING.to_owned(),
        version,
        raw_state: Some(RawState {
            json: raw.as_bytes().to_vec(),
            flatmap: Default::default(),
        }),
    };
    let server = unconfigured();
    let answer = ask(&server).upgrade_resource_state(Request::new(request));
    answer.await.unwrap().into_inner()
}

#[tokio::test]
async fn stored_state_is_read_leniently_and_an_unknown_version_refused() {
    let answer = upgraded(0, r#"{"id":"1","name":"n","gone":[1]}"#).await;
    let state = state_of(answer.upgraded_state.as_ref());
    assert_eq!(*state.get("port"), Value::List(vec![]));
    assert_eq!(*state.get("status"), Value::Null);
    for (version, raw, summary) in [
        (7, "{}", "Unknown State Version"),
        (0, "{", "Unreadable State"),
        (0, "", "Unsupported State Format"),
        (0, r#"{"id":[]}"#, "Unreadable State"),
    ] {
        let answer = upgraded(version, raw).await;
        assert_eq!(told(&answer.diagnostics), [summary], "{raw}");
    }
}

#[tokio::test]
async fn a_failed_change_leaves_what_is_true() {
    let failing = thing(&[("id", "1"), ("name", "fails"), ("status", "ON")]);
    for (what, prior, planned, expected) in [
        ("create", Value::Null, failing.clone(), Value::Null),
        ("update", stored("n"), failing.clone(), stored("n")),
        ("delete", failing.clone(), Value::Null, failing),
    ] {
        let answer = applied(&prior, &planned).await;
        assert_eq!(told(&answer.diagnostics), ["It Failed"], "{what}");
        assert_eq!(state_of(answer.new_state.as_ref()), expected, "{what}");
        assert_eq!(answer.private, NOTE, "{what}");
    }
}

#[tokio::test]
async fn what_a_destruction_left_by_halves_is_kept() {
    let prior = stored("fails halfway");
    let answer = applied(&prior, &Value::Null).await;
    assert_eq!(told(&answer.diagnostics), ["It Failed"]);
    let left = state_of(answer.new_state.as_ref());
    assert_eq!(*left.get("status"), Value::string("HALF"));
    assert_eq!(answer.private, NOTE);
}

#[tokio::test]
async fn every_planned_end_is_shown_to_its_resource() {
    let same = thing(&[("name", "n")]);
    let elsewhere = thing(&[("name", "n"), ("region", "north")]);
    let moving = thing(&[("name", "moves on")]);
    for (what, prior, config, ends) in [
        ("destroy", stored("n"), Value::Null, true),
        ("replace by the schema", stored("n"), elsewhere, true),
        ("replace by the resource", stored("n"), moving.clone(), true),
        ("update", stored("n"), thing(&[("name", "m")]), false),
        ("nothing", stored("n"), same, false),
        ("create", Value::Null, moving, false),
    ] {
        let answer = planned(&prior, &config).await;
        let details = answer.diagnostics.iter().map(|it| it.detail.as_str());
        // The resource sees what it remembers.
        let expected: &[&str] = if ends { &["1"] } else { &[] };
        assert_eq!(details.collect::<Vec<_>>(), expected, "{what}");
    }
}

#[tokio::test]
async fn a_resource_may_refuse_its_end() {
    let kept = thing(&[("id", "1"), ("name", "n"), ("status", "KEPT")]);
    let elsewhere = thing(&[("name", "n"), ("status", "KEPT"), ("region", "north")]);
    for config in [Value::Null, elsewhere] {
        let answer = planned(&kept, &config).await;
        assert_eq!(told(&answer.diagnostics), ["It Failed"], "{config:?}");
    }
}

#[tokio::test]
async fn a_change_without_effect_is_planned_as_the_prior_state() {
    let config = thing(&[("name", "n")]);
    let answer = planned(&stored("n"), &config).await;
    assert_eq!(state_of(answer.planned_state.as_ref()), stored("n"));
    assert_eq!(answer.requires_replace, []);
    assert_eq!(answer.planned_private, NOTE);
}

#[tokio::test]
async fn old_hosts_are_not_given_write_only_arguments() {
    let request = validate_resource_config::Request {
        type_name: THING.to_owned(),
        config: state(&thing(&[("name", "n"), ("token_wo", SECRET)])),
        client_capabilities: None,
    };
    let server = unconfigured();
    let answer = ask(&server).validate_resource_config(Request::new(request));
    let found = answer.await.unwrap().into_inner().diagnostics;
    assert_eq!(told(&found), ["Write-only Argument Not Supported"]);
}

#[tokio::test]
async fn an_import_is_of_the_type_that_was_asked_for() {
    let request = import_resource_state::Request {
        type_name: THING.to_owned(),
        id: "1".to_owned(),
        ..Default::default()
    };
    let server = configured().await;
    let answer = ask(&server).import_resource_state(Request::new(request));
    let imported = answer.await.unwrap().into_inner().imported_resources;
    assert_eq!(imported.len(), 1);
    assert_eq!(imported[0].type_name, THING);
    let state = state_of(imported[0].state.as_ref());
    assert_eq!(*state.get("port"), Value::List(vec![]));
}

#[tokio::test]
async fn nothing_is_imported_while_objects_cannot_be_looked_at() {
    for (id, identity) in [("1", None), ("", identity("1", None))] {
        let request = import_resource_state::Request {
            type_name: THING.to_owned(),
            id: id.to_owned(),
            identity,
            ..Default::default()
        };
        let server = configured_unknown().await;
        let answer = ask(&server).import_resource_state(Request::new(request));
        let answer = answer.await.unwrap().into_inner();
        assert_eq!(told(&answer.diagnostics), ["It Failed"]);
        assert_eq!(answer.imported_resources, []);
    }
}

#[tokio::test]
async fn what_turns_out_wrong_is_refused_before_anything_is_done() {
    let nameless = thing(&[("id", "1")]);
    let empty = thing(&[("id", "1"), ("name", "")]);
    for (config, summary) in [
        (nameless, "Missing Required Argument"),
        (empty, "Empty Value"),
    ] {
        let plan = planned(&Value::Null, &config).await;
        assert_eq!(told(&plan.diagnostics), [summary]);
        for prior in [Value::Null, stored("n")] {
            let answer = applied(&prior, &config).await;
            assert_eq!(told(&answer.diagnostics), [summary]);
            assert_eq!(state_of(answer.new_state.as_ref()), prior);
            assert_eq!(answer.private, NOTE);
        }
    }
}

#[tokio::test]
async fn an_unknown_element_is_planned_as_it_is() {
    let Value::Object(mut config) = thing(&[("name", "n")]) else {
        unreachable!("a thing is an object")
    };
    config.insert("port".into(), Value::List(vec![Value::UNKNOWN]));
    let config = Value::Object(config);
    for prior in [Value::Null, stored("n")] {
        let plan = planned(&prior, &config).await;
        assert_eq!(told(&plan.diagnostics), [""; 0]);
        let state = state_of(plan.planned_state.as_ref());
        assert_eq!(state.get("port"), config.get("port"));
    }
}

#[tokio::test]
async fn empty_is_null_where_the_schema_says_so_and_stays_as_it_was_written() {
    let prior = stored("n");
    let config = thing(&[("name", "n"), ("region", "")]);
    let plan = planned(&prior, &config).await;
    assert_eq!(plan.requires_replace, [], "null and empty are the same");
    assert_eq!(told(&plan.diagnostics), [""; 0]);
    let state = state_of(plan.planned_state.as_ref());
    assert_eq!(*state.get("region"), Value::string(""));
    let made = applied(&prior, &state).await;
    assert_eq!(state_of(made.new_state.as_ref()), state);
    let region = thing(&[("name", "n"), ("region", "north")]);
    let plan = planned(&state, &region).await;
    assert_eq!(plan.requires_replace.len(), 1);
}

#[tokio::test]
async fn garbage_is_answered_with_a_diagnostic() {
    let garbage = DynamicValue {
        msgpack: vec![0xdf, 0xff, 0xff, 0xff, 0xff],
        json: vec![],
    };
    let request = plan_resource_change::Request {
        type_name: THING.to_owned(),
        proposed_new_state: Some(garbage.clone()),
        config: Some(garbage),
        ..Default::default()
    };
    let server = configured().await;
    let answer = ask(&server).plan_resource_change(Request::new(request));
    let found = answer.await.unwrap().into_inner().diagnostics;
    assert_eq!(told(&found), ["Unreadable Value"]);
}
