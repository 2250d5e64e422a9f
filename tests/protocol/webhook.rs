//! What a newer host does with webhooks than the Terraform of these tests can: import by identity,
//! generated configuration, lists, actions, and stops in the middle.

use std::time::{Duration, Instant};

use terraform_provider_mlflow::wire::{
    Value,
    proto::{
        Diagnostic, DynamicValue, generate_resource_config, get_resource_identity_schemas,
        import_resource_state, invoke_action, list_resource, plan_action, plan_resource_change,
        provider_client::ProviderClient, read_data_source, read_resource, stop_provider,
    },
};

use crate::support::{
    Case, cases,
    host::{Connection, Host, run},
    mlflow::Server,
    proxy::{Fault, Proxy},
    receiver::Receiver,
    session::{
        Session, TEST, URL, WEBHOOK, action, all_of, config_of, data_source, decoded, identity,
        list, made, told,
    },
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        an_identity_is_the_id_and_maybe_the_model,
        imports_by_identity_and_generates_what_plans_clean,
        lists_in_order_and_stops_at_the_limit,
        a_test_action_tells_how_it_goes_and_fails_with_the_delivery,
        an_action_is_planned_before_its_webhook_exists,
        a_stop_ends_a_list_a_test_and_an_action_within_a_second,
    ]
}

fn an_identity_is_the_id_and_maybe_the_model() {
    run(async {
        let host = Host::start().await;
        let request = get_resource_identity_schemas::Request {};
        let answer = host.provider().get_resource_identity_schemas(request).await;
        let schemas = answer.unwrap().into_inner().identity_schemas;
        let attributes = &schemas[WEBHOOK].identity_attributes;
        let given: Vec<_> = attributes
            .iter()
            .map(|it| {
                (
                    it.name.as_str(),
                    it.required_for_import,
                    it.optional_for_import,
                )
            })
            .collect();
        let expected = [
            ("id", true, false),
            ("model_name", false, true),
            ("workspace", false, true),
        ];
        assert_eq!(given, expected);
        host.shutdown().await;
    });
}

fn imports_by_identity_and_generates_what_plans_clean() {
    let (server, name) = (Server::shared(), unique("identity"));
    let id = made(server, &name, URL);
    run(async {
        let (host, mut provider) = configured(&server.url()).await;
        let imported = provider
            .import_resource_state(import_resource_state::Request {
                type_name: WEBHOOK.to_owned(),
                identity: Some(identity(&id)),
                ..Default::default()
            })
            .await;
        let mut imported = imported.unwrap().into_inner();
        expect_fine(&imported.diagnostics);
        assert_eq!(imported.imported_resources.len(), 1);
        let imported = imported.imported_resources.remove(0);
        assert_eq!(imported.identity, Some(identity(&id)));
        let read = provider
            .read_resource(read_resource::Request {
                type_name: WEBHOOK.to_owned(),
                current_state: imported.state,
                current_identity: imported.identity,
                private: imported.private,
                ..Default::default()
            })
            .await;
        let read = read.unwrap().into_inner();
        expect_fine(&read.diagnostics);
        assert_eq!(read.new_identity, Some(identity(&id)));
        let state = read.new_state.unwrap();
        assert_eq!(
            decoded(Some(&state)).get("name").as_str(),
            Some(name.as_str())
        );
        let config = generated(&mut provider, state.clone()).await;
        let planned = provider
            .plan_resource_change(plan_resource_change::Request {
                type_name: WEBHOOK.to_owned(),
                prior_state: Some(state.clone()),
                proposed_new_state: Some(state.clone()),
                config: Some(config),
                prior_private: read.private,
                prior_identity: read.new_identity,
                ..Default::default()
            })
            .await;
        let planned = planned.unwrap().into_inner();
        expect_fine(&planned.diagnostics);
        assert_eq!(
            decoded(planned.planned_state.as_ref()),
            decoded(Some(&state))
        );
        assert_eq!(planned.planned_identity, Some(identity(&id)));
        host.shutdown().await;
    });
    server.rest().delete_webhook(&id);
}

/// What the provider makes of a state; only what a user would write is in it.
async fn generated(provider: &mut ProviderClient<Connection>, state: DynamicValue) -> DynamicValue {
    let request = generate_resource_config::Request {
        type_name: WEBHOOK.to_owned(),
        state: Some(state),
    };
    let answer = provider.generate_resource_config(request).await;
    let answer = answer.unwrap().into_inner();
    expect_fine(&answer.diagnostics);
    let config = answer.config.unwrap();
    let value = decoded(Some(&config));
    for computed in ["id", "creation_timestamp", "last_updated_timestamp"] {
        assert!(value.get(computed).is_null(), "{computed}");
    }
    assert_eq!(
        *value.get("job_spec"),
        Value::List(vec![]),
        "an empty block"
    );
    config
}

fn lists_in_order_and_stops_at_the_limit() {
    let (server, prefix) = (Server::shared(), unique("listed"));
    let ids = ["b", "a", "c"].map(|it| made(server, &format!("{prefix}-{it}"), URL));
    let expected = [(&ids[1], "a"), (&ids[0], "b"), (&ids[2], "c")];
    run(async {
        let (host, mut provider) = configured(&server.url()).await;
        for (limit, with_state) in [(100, true), (3, false), (2, false), (1, true), (0, false)] {
            let request = list_resource::Request {
                type_name: WEBHOOK.to_owned(),
                config: Some(list_config(&prefix)),
                include_resource_object: with_state,
                limit,
            };
            let stream = provider.list_resource(request).await.unwrap().into_inner();
            let events = all_of(stream).await;
            let wanted = expected.len().min(usize::try_from(limit).unwrap());
            assert_eq!(events.len(), wanted, "limit {limit}");
            for (event, (id, letter)) in events.iter().zip(expected) {
                expect_fine(&event.diagnostic);
                assert_eq!(event.identity, Some(identity(id)));
                assert_eq!(event.display_name, format!("{prefix}-{letter}"));
                let object = event.resource_object.as_ref().map(|it| decoded(Some(it)));
                let shown = object.map(|it| it.get("id").clone());
                assert_eq!(shown, with_state.then(|| Value::string(id)));
            }
        }
        host.shutdown().await;
    });
    for id in ids {
        server.rest().delete_webhook(&id);
    }
}

fn a_test_action_tells_how_it_goes_and_fails_with_the_delivery() {
    let (server, receiver) = (Server::shared(), Receiver::start());
    let id = made(server, &unique("acted"), &receiver.url());
    run(async {
        let (host, mut provider) = configured(&server.url()).await;
        let (progress, diagnostics) = invoke(&mut provider, &id).await;
        assert_eq!(diagnostics, []);
        assert_eq!(receiver.deliveries().len(), 1);
        assert!(progress[0].contains(&id), "{progress:?}");
        assert!(progress.last().unwrap().contains("200"), "{progress:?}");
        // What a server error says is lost in MLflow's own repetition, but not which one it was.
        for (status, says) in [(403, "403: thank you"), (500, "500")] {
            receiver.answer(status);
            let (progress, diagnostics) = invoke(&mut provider, &id).await;
            assert_eq!(progress.len(), 1, "{progress:?}");
            assert_eq!(told(&diagnostics), ["Test Delivery Failed"]);
            let detail = &diagnostics[0].detail;
            assert!(detail.contains(says), "{detail}");
        }
        let (_, diagnostics) = invoke(&mut provider, "00000000-0000-4000-8000-000000000000").await;
        assert_eq!(diagnostics[0].summary, "Webhook Not Found");
        host.shutdown().await;
    });
    server.rest().delete_webhook(&id);
}

/// The messages on the way, and what the one completion at the end says.
async fn invoke(
    provider: &mut ProviderClient<Connection>,
    id: &str,
) -> (Vec<String>, Vec<Diagnostic>) {
    let request = invoke_action::Request {
        action_type: TEST.to_owned(),
        config: Some(test_config(Value::string(id))),
        ..Default::default()
    };
    let stream = provider.invoke_action(request).await.unwrap().into_inner();
    let mut events = all_of(stream).await;
    let last = events.pop().and_then(|it| it.r#type);
    let Some(invoke_action::event::Type::Completed(completed)) = last else {
        panic!("the last event is {last:?}");
    };
    let progress = events.into_iter().map(|event| match event.r#type {
        Some(invoke_action::event::Type::Progress(it)) => it.message,
        other => panic!("before the last event: {other:?}"),
    });
    (progress.collect(), completed.diagnostics)
}

fn an_action_is_planned_before_its_webhook_exists() {
    run(async {
        let (host, mut provider) = configured(&Server::shared().url()).await;
        let request = plan_action::Request {
            action_type: TEST.to_owned(),
            config: Some(test_config(Value::UNKNOWN)),
            ..Default::default()
        };
        let planned = provider.plan_action(request).await.unwrap().into_inner();
        expect_fine(&planned.diagnostics);
        host.shutdown().await;
    });
}

fn a_stop_ends_a_list_a_test_and_an_action_within_a_second() {
    let (server, receiver) = (Server::shared(), Receiver::start());
    let id = made(server, &unique("stopped"), &receiver.url());
    run(async {
        let list = list_resource::Request {
            type_name: WEBHOOK.to_owned(),
            config: Some(list_config("x")),
            include_resource_object: false,
            limit: 100,
        };
        let read = read_data_source::Request {
            type_name: TEST.to_owned(),
            config: Some(outcome_config(&id)),
            ..Default::default()
        };
        let act = invoke_action::Request {
            action_type: TEST.to_owned(),
            config: Some(test_config(Value::string(&id))),
            ..Default::default()
        };
        stopped(("GET", "/webhooks"), async move |mut provider| {
            let stream = provider.list_resource(list).await.unwrap().into_inner();
            let events = all_of(stream).await;
            assert_eq!(events.len(), 1);
            events[0].diagnostic.clone()
        })
        .await;
        stopped(("POST", "/test"), async move |mut provider| {
            let answer = provider.read_data_source(read).await.unwrap();
            answer.into_inner().diagnostics
        })
        .await;
        stopped(("POST", "/test"), async move |mut provider| {
            let stream = provider.invoke_action(act).await.unwrap().into_inner();
            let last = all_of(stream).await.pop().and_then(|it| it.r#type);
            let Some(invoke_action::event::Type::Completed(completed)) = last else {
                panic!("the last event is {last:?}");
            };
            completed.diagnostics
        })
        .await;
    });
    server.rest().delete_webhook(&id);
}

/// Begins something whose request to the server hangs, stops it there, and wants an error of it
/// within a second.
async fn stopped<F>(
    (method, path): (&'static str, &str),
    begin: impl FnOnce(ProviderClient<Connection>) -> F,
) where
    F: Future<Output = Vec<Diagnostic>>,
{
    let proxy = Proxy::start(Server::shared().address());
    proxy.inject(method, path, 1, Fault::Late(Duration::from_secs(5)));
    let (host, mut provider) = configured(&proxy.url()).await;
    let begun = begin(provider.clone());
    let stop = async {
        while proxy.count(method, path) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let request = stop_provider::Request {};
        provider.stop_provider(request).await.unwrap();
        Instant::now()
    };
    let (diagnostics, since) = tokio::join!(begun, stop);
    let took = since.elapsed();
    assert!(took < Duration::from_secs(1), "{method} {path}: {took:?}");
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert!(
        diagnostics[0].summary.contains("Stopped"),
        "{diagnostics:?}"
    );
    host.shutdown().await;
}

/// A provider that uses the registry at this address.
async fn configured(url: &str) -> (Host, ProviderClient<Connection>) {
    let Session { host, provider, .. } = Session::at(url).await;
    (host, provider)
}

fn list_config(prefix: &str) -> DynamicValue {
    let regex = Value::string(format!("^{prefix}-[abc]$"));
    config_of(&list(), &[("name_regex", regex)])
}

fn test_config(id: Value) -> DynamicValue {
    config_of(&action(), &[("webhook_id", id)])
}

fn outcome_config(id: &str) -> DynamicValue {
    config_of(&data_source(TEST), &[("webhook_id", Value::string(id))])
}

fn expect_fine(diagnostics: &[Diagnostic]) {
    assert_eq!(told(diagnostics), [""; 0], "{diagnostics:?}");
}
