//! What is answered about the state of a managed resource.

use prost::Message as _;
use serde_json::json;
use terraform_provider_mlflow::wire::{
    Value,
    proto::{
        AttributePath, ClientCapabilities, attribute_path::step::Selector,
        import_resource_state as import, plan_resource_change as plan,
    },
};

use crate::support::{
    Case, cases,
    host::run,
    http::Response,
    mlflow::Server,
    port::Silent,
    proxy::{Fault, Loss, Proxy},
    session::{
        Kept, Session, URL, WEBHOOK, calling, databricks, decoded, has_error, provider_config,
        told, webhook, with, written,
    },
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        a_state_or_an_error_is_in_every_answer,
        notes_and_identity_come_back_from_every_request,
        states_are_whole_and_null_stays_null,
        what_is_configured_is_kept_to_the_letter,
        the_second_plan_is_the_first_with_more_known,
        a_write_only_value_is_in_no_answer,
        a_failed_change_leaves_the_truth,
        nothing_is_deferred_and_nothing_is_made_up,
        a_replacement_names_a_place_that_exists,
    ]
}

/// What only the registry can say.
const COMPUTED: [&str; 3] = ["id", "creation_timestamp", "last_updated_timestamp"];

fn a_state_or_an_error_is_in_every_answer() {
    run(async {
        let config = calling(&unique("present"), URL, json!({}));
        let stored = Kept {
            state: with(&config, "id", Value::string("1")),
            ..Kept::default()
        };
        let silent = Silent::new();
        let nobody = silent.url();
        let mut impatient = Session::unconfigured().await;
        let retries = ("max_retries", Value::number(0));
        let to_nobody = provider_config(&[("tracking_uri", Value::string(&nobody)), retries]);
        told(&impatient.configure(&to_nobody).await);
        let registry = Session::at(&Server::shared().url()).await;
        for mut session in [Session::unconfigured().await, impatient, registry] {
            let read = session.read(&stored).await;
            assert!(read.new_state.is_some() || has_error(&read.diagnostics));
            let plan = session.plan(&stored, &config).await;
            assert!(plan.planned_state.is_some() || has_error(&plan.diagnostics));
            let made = session.carry_out(&Kept::default(), plan, &config).await;
            assert!(made.new_state.is_some() || has_error(&made.diagnostics));
            for raw in [&b"{}"[..], b"{", b"", b"[]", br#"{"events":7}"#] {
                let it = session.upgrade(raw).await;
                assert!(it.upgraded_state.is_some() || has_error(&it.diagnostics));
            }
            session.end().await;
        }
    });
}

fn notes_and_identity_come_back_from_every_request() {
    let server = Server::shared();
    run(async {
        let mut session = Session::at(&server.url()).await;
        let config = calling(&unique("notes"), URL, json!({}));
        let kept = session.create(&config).await;
        assert!(!kept.private.is_empty() && kept.identity.is_some());
        let read = session.read(&kept).await;
        assert_eq!(
            (&read.private, &read.new_identity),
            (&kept.private, &kept.identity)
        );
        for config in [&config, &Value::Null] {
            let plan = session.plan(&kept, config).await;
            assert_eq!(plan.planned_private, kept.private);
            assert_eq!(plan.planned_identity, kept.identity);
        }
        let described = with(&config, "description", Value::string("Now"));
        let changed = session.change(&kept, &described).await;
        assert_eq!(
            (&changed.private, &changed.identity),
            (&kept.private, &kept.identity)
        );
        session.destroy(&changed).await;
        session.end().await;
    });
}

fn states_are_whole_and_null_stays_null() {
    let server = Server::shared();
    run(async {
        let mut session = Session::at(&server.url()).await;
        for description in [Value::Null, Value::string(""), Value::string("x")] {
            let config = calling(&unique("whole"), URL, json!({}));
            let config = with(&config, "description", description.clone());
            // Each of these is decoded by the schema, attribute for attribute.
            let kept = session.create(&config).await;
            let read = decoded(session.read(&kept).await.new_state.as_ref());
            for state in [&kept.state, &read] {
                assert!(state.is_wholly_known(), "{state:?}");
                assert_eq!(*state.get("description"), description);
                assert_eq!(*state.get("job_spec"), Value::List(vec![]));
            }
            let imported = imported(&mut session, kept.state.get("id").as_str().unwrap()).await;
            assert!(decoded(imported.state.as_ref()).is_wholly_known());
            assert_eq!(imported.type_name, WEBHOOK);
            session.destroy(&kept).await;
        }
        session.end().await;
    });
}

async fn imported(session: &mut Session, id: &str) -> import::ImportedResource {
    let request = import::Request {
        type_name: WEBHOOK.to_owned(),
        id: id.to_owned(),
        ..Default::default()
    };
    let answer = session.provider.import_resource_state(request).await;
    let mut answer = answer.unwrap().into_inner();
    assert_eq!(told(&answer.diagnostics), [""; 0]);
    assert_eq!(answer.imported_resources.len(), 1);
    answer.imported_resources.remove(0)
}

fn what_is_configured_is_kept_to_the_letter() {
    let server = Server::shared();
    run(async {
        let mut session = Session::at(&server.url()).await;
        let config = webhook(json!({
            "name": unique("Letter"),
            "description": "  Ein Häkchen \u{2713}\n",
            "events": ["MODEL_VERSION_CREATED", "registered_model.created"],
            "http_url_spec": [{"url": "HTTP://127.0.0.1:9/Hook/../%7Ex?Q=%2f&", "secret": " s "}],
        }));
        let planned = session.plan(&Kept::default(), &config).await;
        let planned = decoded(planned.planned_state.as_ref());
        let kept = session.create(&config).await;
        let read = decoded(session.read(&kept).await.new_state.as_ref());
        for state in [&planned, &kept.state, &read] {
            for name in ["name", "description", "events"] {
                assert_eq!(state.get(name), config.get(name), "{name}");
            }
            for name in ["url", "secret"] {
                assert_eq!(block(state).get(name), block(&config).get(name), "{name}");
            }
        }
        session.destroy(&kept).await;
        session.end().await;
    });
}

fn block(webhook: &Value) -> &Value {
    &webhook.get("http_url_spec").elements().unwrap()[0]
}

fn the_second_plan_is_the_first_with_more_known() {
    let url = Server::shared().url();
    run(async {
        let known = calling("again", URL, json!({}));
        let Value::Object(later) = block(&known) else {
            panic!("a block is an object");
        };
        let mut later = later.clone();
        later.insert("url".into(), Value::UNKNOWN);
        let later = Value::List(vec![Value::Object(later)]);
        let later = with(&known, "http_url_spec", later);
        let mut first = Session::at(&url).await;
        let mut second = Session::at(&url).await;
        for (before, after) in [(&known, &known), (&later, &known)] {
            let one = first.plan(&Kept::default(), before).await;
            let other = second.plan(&Kept::default(), after).await;
            assert_eq!(one.requires_replace, other.requires_replace);
            let one = decoded(one.planned_state.as_ref());
            expect_continued(&one, &decoded(other.planned_state.as_ref()));
        }
        first.end().await;
        second.end().await;
    });
}

/// What was known is the same; what was not may be anything.
fn expect_continued(first: &Value, second: &Value) {
    match (first, second) {
        (Value::Unknown(_), _) => {}
        (Value::Object(one), Value::Object(other)) => {
            assert!(one.keys().eq(other.keys()));
            let pairs = one.values().zip(other.values());
            pairs.for_each(|(one, other)| expect_continued(one, other));
        }
        (Value::List(one), Value::List(other)) => {
            assert_eq!(one.len(), other.len());
            let pairs = one.iter().zip(other);
            pairs.for_each(|(one, other)| expect_continued(one, other));
        }
        _ => assert_eq!(first, second),
    }
}

fn a_write_only_value_is_in_no_answer() {
    const CANARY: &str = "canary-in-the-mine";
    let server = Server::shared();
    run(async {
        let mut session = Session::at(&server.url()).await;
        let secret = json!({"secret_wo": CANARY, "secret_wo_version": 1});
        let config = calling(&unique("mine"), URL, secret);
        let none = Kept::default();
        let planned = session.plan(&none, &config).await;
        let made = session.carry_out(&none, planned.clone(), &config).await;
        assert_eq!(told(&made.diagnostics), [""; 0]);
        let kept = Kept {
            state: decoded(made.new_state.as_ref()),
            private: made.private.clone(),
            identity: made.new_identity.clone(),
        };
        let replanned = session.plan(&kept, &config).await;
        assert_eq!(decoded(replanned.planned_state.as_ref()), kept.state);
        let read = session.read(&kept).await;
        let raw = json!({"id": "1", "http_url_spec": [{"url": URL, "secret_wo": CANARY}]});
        let upgraded = session.upgrade(raw.to_string().as_bytes()).await;
        for (what, octets) in [
            ("plan", planned.encode_to_vec()),
            ("apply", made.encode_to_vec()),
            ("plan of the next run", replanned.encode_to_vec()),
            ("read", read.encode_to_vec()),
            ("upgrade", upgraded.encode_to_vec()),
        ] {
            let mut places = octets.windows(CANARY.len());
            assert!(!places.any(|it| it == CANARY.as_bytes()), "{what}");
        }
        session.destroy(&kept).await;
        session.end().await;
    });
}

fn a_failed_change_leaves_the_truth() {
    let server = Server::shared();
    let proxy = Proxy::start(server.address());
    let refused = || {
        let answer = Response::json_error(400, "INVALID_PARAMETER_VALUE", "not this one");
        Fault::Instead(Loss::Answer(answer))
    };
    run(async {
        let mut session = Session::at(&proxy.url()).await;
        let name = unique("truth");
        let config = calling(&name, URL, json!({}));
        proxy.inject("POST", "/webhooks", 1, refused());
        let planned = session.plan(&Kept::default(), &config).await;
        let failed = session.carry_out(&Kept::default(), planned, &config).await;
        assert!(has_error(&failed.diagnostics));
        assert_eq!(decoded(failed.new_state.as_ref()), Value::Null);
        assert!(server.rest().webhooks_named(&name).is_empty());
        let kept = session.create(&config).await;
        let moved = calling(&name, "http://127.0.0.1:9/moved", json!({}));
        for (method, config) in [("PATCH", &moved), ("DELETE", &Value::Null)] {
            proxy.inject(method, "/webhooks", 1, refused());
            let planned = session.plan(&kept, config).await;
            let failed = session.carry_out(&kept, planned, config).await;
            assert!(has_error(&failed.diagnostics), "{method}");
            let left = Kept {
                state: decoded(failed.new_state.as_ref()),
                private: failed.private,
                identity: failed.new_identity,
            };
            assert_eq!(left, kept, "{method}");
        }
        session.destroy(&kept).await;
        session.end().await;
    });
}

fn nothing_is_deferred_and_nothing_is_made_up() {
    run(async {
        for allowed in [false, true] {
            let mut session = Session::unconfigured().await;
            session.capabilities = allowed.then(|| ClientCapabilities {
                deferral_allowed: true,
                ..Default::default()
            });
            let unknown = provider_config(&[("tracking_uri", Value::UNKNOWN)]);
            assert_eq!(told(&session.configure(&unknown).await), [""; 0]);
            let config = calling("later", URL, json!({}));
            let planned = session.plan(&Kept::default(), &config).await;
            assert_eq!(
                (planned.deferred, told(&planned.diagnostics).len()),
                (None, 0)
            );
            // Terraform 1.12 and later cannot show a plan with an unknown identity in it.
            assert_eq!(planned.planned_identity, None);
            let state = decoded(planned.planned_state.as_ref());
            for name in COMPUTED {
                assert!(state.get(name).is_unknown(), "{name}");
            }
            let kept = Kept {
                state: with(&config, "id", Value::string("1")),
                ..Kept::default()
            };
            let read = session.read(&kept).await;
            assert_eq!(read.deferred, None);
            assert_eq!(decoded(read.new_state.as_ref()), kept.state);
            session.end().await;
        }
    });
}

fn a_replacement_names_a_place_that_exists() {
    run(async {
        let mut session = Session::unconfigured().await;
        let workspace = databricks(&[
            ("host", Value::string("https://dbc.example.com")),
            ("token", Value::string("dapi")),
        ]);
        assert_eq!(told(&session.configure(&workspace).await), [""; 0]);
        let http = json!([{"url": "https://ci.example.com", "enable_ssl_verification": true}]);
        let job = json!([{"job_id": "7", "access_token": "t"}]);
        let common = json!({"id": "1", "events": ["MODEL_VERSION_CREATED"], "status": "ACTIVE"});
        let made = |more: serde_json::Value| {
            let mut all = common.clone();
            let more = more.as_object().unwrap().clone();
            all.as_object_mut().unwrap().extend(more);
            webhook(all)
        };
        let one = made(json!({"http_url_spec": http, "model_name": "churn"}));
        let other = made(json!({"http_url_spec": http}));
        let third = made(json!({"job_spec": job}));
        for (prior, config, expected) in [
            (&one, &other, &["model_name"][..]),
            (&other, &one, &["model_name"]),
            (&other, &third, &["http_url_spec", "job_spec"]),
            (&third, &other, &["http_url_spec", "job_spec"]),
        ] {
            let kept = Kept {
                state: prior.clone(),
                ..Kept::default()
            };
            let config = with(config, "id", Value::Null);
            let planned = session.plan(&kept, &config).await;
            assert!(!has_error(&planned.diagnostics), "{planned:?}");
            expect_places(&planned, prior);
            let paths = planned.requires_replace.iter();
            let mut paths: Vec<_> = paths.map(|it| written(Some(it))).collect();
            paths.sort();
            assert_eq!(paths, expected);
        }
        session.end().await;
    });
}

/// Each path leads somewhere in the prior state or in the planned one.
fn expect_places(planned: &plan::Response, prior: &Value) {
    let state = decoded(planned.planned_state.as_ref());
    for path in &planned.requires_replace {
        let there = [prior, &state].iter().any(|it| leads_into(path, it));
        assert!(there, "{}", written(Some(path)));
    }
}

fn leads_into(path: &AttributePath, value: &Value) -> bool {
    let steps = path.steps.iter().map(|it| it.selector.as_ref().unwrap());
    let mut here = Some(value);
    for step in steps {
        here = here.and_then(|value| match step {
            Selector::AttributeName(name) => value.entries()?.get(name.as_str()),
            Selector::ElementKeyInt(index) => match value {
                Value::List(list) => list.get(usize::try_from(*index).unwrap()),
                _ => None,
            },
            Selector::ElementKeyString(key) => value.entries()?.get(key.as_str()),
        });
    }
    here.is_some()
}
