//! Each request of the protocol as the newest host makes it, and what its answer must hold. The cases
//! of [`super::traps`] and [`super::webhook`] are not repeated here.
//!
//! | request | case |
//! |---|---|
//! | GetMetadata, GetFunctions | `the_summaries_agree_with_the_schema` |
//! | GetProviderSchema, GetResourceIdentitySchemas | `traps::schemas` |
//! | ValidateProviderConfig, ConfigureProvider | `a_provider_block_may_be_unknown_and_may_come_again` |
//! | Validate…Config of every kind | `what_is_not_known_yet_is_valid` |
//! | UpgradeResourceState | `traps::values::an_upgrade_bears_what_it_finds` |
//! | UpgradeResourceIdentity | `an_identity_is_upgraded_to_itself` |
//! | ReadResource, PlanResourceChange, ApplyResourceChange, ImportResourceState | `traps::states`; `a_deletion_elsewhere_is_read_as_such` |
//! | MoveResourceState | `a_move_is_taken_from_whichever_registry_the_peer_came` |
//! | ReadDataSource | `data_are_whole_and_known` |
//! | CallFunction | `a_function_answers_the_same_or_says_which_argument` |
//! | Open-, Renew-, CloseEphemeralResource | `an_ephemeral_secret_is_opened_and_closed` |
//! | ListResource | `a_list_may_be_unconfigured_and_ends_with_its_error`, `webhook::lists_in_order_and_stops_at_the_limit` |
//! | GenerateResourceConfig | `a_configuration_is_generated_of_a_job_without_its_token`, `webhook::imports_by_identity_and_generates_what_plans_clean` |
//! | PlanAction, InvokeAction | `webhook::an_action_is_planned_before_its_webhook_exists`, `webhook::a_test_action_tells_how_it_goes_and_fails_with_the_delivery` |
//! | ValidateStateStoreConfig to DeleteState | `there_are_no_state_stores` |
//! | StopProvider | `webhook::a_stop_ends_a_list_a_test_and_an_action_within_a_second`, `a_stop_ends_only_what_was_configured_before` |

use std::collections::BTreeSet;

use serde_json::json;
use terraform_provider_mlflow::{
    framework::{Provider as _, schema::Mode},
    wire::{
        Type, Value, msgpack,
        proto::{
            call_function, close_ephemeral_resource as close, delete_state,
            generate_resource_config as generate, get_functions, get_metadata, get_provider_schema,
            get_states, list_resource, lock_state, move_resource_state,
            open_ephemeral_resource as open, read_data_source, renew_ephemeral_resource as renew,
            stop_provider, unlock_state, upgrade_resource_identity, validate_data_resource_config,
            validate_provider_config, validate_state_store,
        },
    },
};
use tonic::Code;

use crate::support::{
    Case, cases,
    host::run,
    mlflow::Server,
    port::Silent,
    session::{
        Kept, Session, URL, WEBHOOK, all_of, at, calling, config_of, data_source, databricks,
        decoded, encoded, has_error, identity, list, made, mlflow, provider_config, provider_type,
        raw_json, told, webhook, webhook_value, with,
    },
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        the_summaries_agree_with_the_schema,
        a_provider_block_may_be_unknown_and_may_come_again,
        what_is_not_known_yet_is_valid,
        an_identity_is_upgraded_to_itself,
        a_deletion_elsewhere_is_read_as_such,
        a_move_is_taken_from_whichever_registry_the_peer_came,
        data_are_whole_and_known,
        a_function_answers_the_same_or_says_which_argument,
        an_ephemeral_secret_is_opened_and_closed,
        a_list_may_be_unconfigured_and_ends_with_its_error,
        a_configuration_is_generated_of_a_job_without_its_token,
        there_are_no_state_stores,
        a_stop_ends_only_what_was_configured_before,
    ]
}

fn the_summaries_agree_with_the_schema() {
    run(async {
        let mut session = Session::unconfigured().await;
        let provider = &mut session.provider;
        let schema = provider.get_provider_schema(get_provider_schema::Request {});
        let schema = schema.await.unwrap().into_inner();
        let all = provider.get_metadata(get_metadata::Request {}).await;
        let all = all.unwrap().into_inner();
        assert_eq!(all.server_capabilities, schema.server_capabilities);
        let names = |names: Vec<String>| names.into_iter().collect::<BTreeSet<_>>();
        macro_rules! expect_same {
            ($($listed:ident.$name:ident == $schemas:ident),+ $(,)?) => {$(
                let listed = all.$listed.into_iter().map(|it| it.$name);
                let schemas = schema.$schemas.keys().cloned();
                assert_eq!(names(listed.collect()), names(schemas.collect()));
            )+};
        }
        expect_same!(
            resources.type_name == resource_schemas,
            data_sources.type_name == data_source_schemas,
            ephemeral_resources.type_name == ephemeral_resource_schemas,
            list_resources.type_name == list_resource_schemas,
            actions.type_name == action_schemas,
            functions.name == functions,
        );
        let functions = provider.get_functions(get_functions::Request {}).await;
        assert_eq!(functions.unwrap().into_inner().functions, schema.functions);
        session.end().await;
    });
}

fn a_provider_block_may_be_unknown_and_may_come_again() {
    let server = Server::shared();
    let id = made(server, &unique("again"), URL);
    run(async {
        let mut session = Session::unconfigured().await;
        let unknown = provider_config(&[("tracking_uri", Value::UNKNOWN)]);
        let request = validate_provider_config::Request {
            config: Some(encoded(&unknown, &provider_type())),
        };
        let answer = session.provider.validate_provider_config(request).await;
        assert_eq!(told(&answer.unwrap().into_inner().diagnostics), [""; 0]);
        assert_eq!(told(&session.configure(&unknown).await), [""; 0]);
        let stored = Kept {
            state: with(&calling("n", URL, json!({})), "id", Value::string(&id)),
            ..Kept::default()
        };
        let read = session.read(&stored).await;
        assert_eq!(told(&read.diagnostics), ["State Not Refreshed"]);
        assert_eq!(decoded(read.new_state.as_ref()), stored.state);
        assert_eq!(told(&session.configure(&at(&server.url())).await), [""; 0]);
        let read = session.read(&stored).await;
        assert_eq!(told(&read.diagnostics), [""; 0]);
        assert_ne!(decoded(read.new_state.as_ref()), stored.state);
        session.end().await;
    });
    server.rest().delete_webhook(&id);
}

fn what_is_not_known_yet_is_valid() {
    run(async {
        let mut session = Session::unconfigured().await;
        let config = calling("n", URL, json!({}));
        let names = [
            "name",
            "description",
            "events",
            "status",
            "http_url_spec",
            "job_spec",
        ];
        let one_by_one = names.map(|name| with(&config, name, Value::UNKNOWN));
        for config in &one_by_one {
            assert_eq!(told(&session.validate(config).await), [""; 0], "{config:?}");
        }
        for source in mlflow().catalogue().data_sources {
            let schema = source.schema();
            let inputs = schema.body.attributes.iter();
            let inputs = inputs.filter(|it| it.mode != Mode::Computed);
            let unknown: Vec<_> = inputs.map(|it| (it.name, Value::UNKNOWN)).collect();
            let request = validate_data_resource_config::Request {
                type_name: source.type_name().to_owned(),
                config: Some(config_of(&schema, &unknown)),
            };
            let answer = session
                .provider
                .validate_data_resource_config(request)
                .await;
            let found = answer.unwrap().into_inner().diagnostics;
            assert_eq!(told(&found), [""; 0], "{}", source.type_name());
        }
        session.end().await;
    });
}

fn an_identity_is_upgraded_to_itself() {
    run(async {
        let mut session = Session::unconfigured().await;
        let request = upgrade_resource_identity::Request {
            type_name: WEBHOOK.to_owned(),
            version: 0,
            raw_identity: Some(raw_json(br#"{"id": "7"}"#)),
        };
        let answer = session.provider.upgrade_resource_identity(request).await;
        let answer = answer.unwrap().into_inner();
        assert_eq!(told(&answer.diagnostics), [""; 0]);
        assert_eq!(answer.upgraded_identity, Some(identity("7")));
        // Hosts ask for states without an identity as well; their next read gives them one.
        let request = upgrade_resource_identity::Request {
            type_name: WEBHOOK.to_owned(),
            version: 0,
            raw_identity: Some(raw_json(b"")),
        };
        let answer = session.provider.upgrade_resource_identity(request).await;
        assert_eq!(told(&answer.unwrap().into_inner().diagnostics), [""; 0]);
        session.end().await;
    });
}

fn a_deletion_elsewhere_is_read_as_such() {
    let server = Server::shared();
    run(async {
        let mut session = Session::at(&server.url()).await;
        let kept = session
            .create(&calling(&unique("gone"), URL, json!({})))
            .await;
        server
            .rest()
            .delete_webhook(kept.state.get("id").as_str().unwrap());
        let read = session.read(&kept).await;
        assert_eq!(told(&read.diagnostics), [""; 0]);
        assert_eq!(decoded(read.new_state.as_ref()), Value::Null);
        // What has gone can be destroyed.
        session.destroy(&kept).await;
        session.end().await;
    });
}

fn a_move_is_taken_from_whichever_registry_the_peer_came() {
    const PEER: &str = "databricks_mlflow_webhook";
    run(async {
        let mut session = Session::unconfigured().await;
        for (provider, type_name, works) in [
            ("registry.terraform.io/databricks/databricks", PEER, true),
            ("registry.opentofu.org/databricks/databricks", PEER, true),
            ("registry.terraform.io/acme/databricks", PEER, false),
            (
                "registry.terraform.io/databricks/databricks",
                "databricks_job",
                false,
            ),
        ] {
            let request = move_resource_state::Request {
                source_provider_address: provider.to_owned(),
                source_type_name: type_name.to_owned(),
                source_state: Some(raw_json(br#"{"id": "7"}"#)),
                target_type_name: WEBHOOK.to_owned(),
                ..Default::default()
            };
            let answer = session.provider.move_resource_state(request).await;
            let answer = answer.unwrap().into_inner();
            assert_eq!(has_error(&answer.diagnostics), !works, "{provider}");
            assert_eq!(answer.target_state.is_some(), works, "{provider}");
        }
        session.end().await;
    });
}

fn data_are_whole_and_known() {
    let (server, name) = (Server::shared(), unique("data"));
    let id = made(server, &name, URL);
    run(async {
        let mut session = Session::at(&server.url()).await;
        for (type_name, argument, value) in [
            (WEBHOOK, "id", Value::string(&id)),
            (
                "mlflow_webhooks",
                "name_regex",
                Value::string(format!("^{name}$")),
            ),
            ("mlflow_webhook_test", "webhook_id", Value::string(&id)),
        ] {
            let schema = data_source(type_name);
            let request = read_data_source::Request {
                type_name: type_name.to_owned(),
                config: Some(config_of(&schema, &[(argument, value.clone())])),
                client_capabilities: session.capabilities,
                ..Default::default()
            };
            let answer = session.provider.read_data_source(request).await;
            let answer = answer.unwrap().into_inner();
            assert_eq!(
                (told(&answer.diagnostics).len(), answer.deferred),
                (0, None)
            );
            let state = answer.state.unwrap();
            let state = msgpack::decode(&state.msgpack, &schema.ty()).unwrap();
            assert!(!state.is_null() && state.is_wholly_known(), "{state:?}");
            assert_eq!(*state.get(argument), value, "what is configured is kept");
        }
        session.end().await;
    });
    server.rest().delete_webhook(&id);
}

fn a_function_answers_the_same_or_says_which_argument() {
    run(async {
        let mut session = Session::unconfigured().await;
        let text = |text: &str| encoded(&Value::string(text), &Type::String);
        let signed = call_function::Request {
            name: "databricks_webhook_signature".to_owned(),
            arguments: vec![text("k"), text("m")],
        };
        let mut answers = Vec::new();
        for _ in 0..2 {
            let answer = session.provider.call_function(signed.clone()).await;
            answers.push(answer.unwrap().into_inner());
        }
        assert_eq!(answers[0], answers[1], "hosts compare plan and apply");
        assert!(answers[0].result.is_some() && answers[0].error.is_none());
        let unreadable = encoded(&Value::Bool(true), &Type::Bool);
        let wrong = call_function::Request {
            arguments: vec![text("k"), unreadable],
            ..signed
        };
        let answer = session.provider.call_function(wrong).await.unwrap();
        let error = answer.into_inner().error.unwrap();
        assert_eq!(error.function_argument, Some(1));
        session.end().await;
    });
}

fn an_ephemeral_secret_is_opened_and_closed() {
    const SECRET: &str = "mlflow_webhook_secret";
    run(async {
        let mut session = Session::at(&Server::shared().url()).await;
        let mut all = mlflow().catalogue().ephemeral_resources.into_iter();
        let schema = all.find(|it| it.type_name() == SECRET).unwrap().schema();
        let mut values = BTreeSet::new();
        for _ in 0..2 {
            let request = open::Request {
                type_name: SECRET.to_owned(),
                config: Some(config_of(&schema, &[])),
                client_capabilities: None,
            };
            let opened = session.provider.open_ephemeral_resource(request).await;
            let opened = opened.unwrap().into_inner();
            assert_eq!(
                (told(&opened.diagnostics).len(), opened.deferred),
                (0, None)
            );
            assert_eq!(opened.renew_at, None, "it never runs out");
            let result = opened.result.unwrap();
            let result = msgpack::decode(&result.msgpack, &schema.ty()).unwrap();
            assert!(result.is_wholly_known());
            values.insert(result.get("value").as_str().unwrap().to_owned());
            let request = close::Request {
                type_name: SECRET.to_owned(),
                private: opened.private,
            };
            let closed = session.provider.close_ephemeral_resource(request).await;
            assert_eq!(told(&closed.unwrap().into_inner().diagnostics), [""; 0]);
        }
        assert_eq!(values.len(), 2, "two openings, two secrets");
        let request = renew::Request {
            type_name: SECRET.to_owned(),
            private: None,
        };
        let renewed = session.provider.renew_ephemeral_resource(request).await;
        assert_eq!(told(&renewed.unwrap().into_inner().diagnostics), [""; 0]);
        session.end().await;
    });
}

fn a_list_may_be_unconfigured_and_ends_with_its_error() {
    run(async {
        let silent = Silent::new();
        let unreachable = silent.url();
        let retries = ("max_retries", Value::number(0));
        let config = provider_config(&[("tracking_uri", Value::string(unreachable)), retries]);
        let mut session = Session::unconfigured().await;
        assert_eq!(told(&session.configure(&config).await), [""; 0]);
        let null = encoded(&Value::Null, &list().ty());
        for config in [None, Some(null), Some(config_of(&list(), &[]))] {
            let request = list_resource::Request {
                type_name: WEBHOOK.to_owned(),
                config,
                include_resource_object: true,
                limit: 100,
            };
            let stream = session.provider.list_resource(request).await;
            let events = all_of(stream.unwrap().into_inner()).await;
            assert_eq!(events.len(), 1, "{events:?}");
            assert!(has_error(&events[0].diagnostic));
        }
        session.end().await;
    });
}

fn a_configuration_is_generated_of_a_job_without_its_token() {
    run(async {
        let mut session = Session::unconfigured().await;
        let workspace = databricks(&[
            ("host", Value::string("https://dbc.example.com")),
            ("token", Value::string("dapi")),
        ]);
        assert_eq!(told(&session.configure(&workspace).await), [""; 0]);
        let content = json!({
            "events": ["MODEL_VERSION_CREATED"],
            "job_spec": [{"job_id": "7"}],
        });
        let given = json!({"id": "1", "status": "ACTIVE", "creation_timestamp": 17});
        let mut stored = content.clone();
        let given = given.as_object().unwrap().clone();
        stored.as_object_mut().unwrap().extend(given);
        let request = generate::Request {
            type_name: WEBHOOK.to_owned(),
            state: Some(webhook_value(&webhook(stored))),
        };
        let answer = session.provider.generate_resource_config(request).await;
        let answer = answer.unwrap().into_inner();
        assert_eq!(told(&answer.diagnostics), [""; 0]);
        // No empty block, nothing that only the registry sets, no default.
        let config = decoded(answer.config.as_ref());
        assert_eq!(config, webhook(content));
        // The token is all that is missing.
        assert_eq!(told(&session.validate(&config).await).len(), 1);
        let block = &config.get("job_spec").elements().unwrap()[0];
        let block = with(block, "access_token", Value::string("t"));
        let whole = with(&config, "job_spec", Value::List(vec![block]));
        assert_eq!(told(&session.validate(&whole).await), [""; 0]);
        session.end().await;
    });
}

fn there_are_no_state_stores() {
    run(async {
        let mut session = Session::unconfigured().await;
        let provider = &mut session.provider;
        let codes = [
            provider
                .validate_state_store_config(validate_state_store::Request::default())
                .await
                .map(|_| ()),
            provider
                .lock_state(lock_state::Request::default())
                .await
                .map(|_| ()),
            provider
                .unlock_state(unlock_state::Request::default())
                .await
                .map(|_| ()),
            provider
                .get_states(get_states::Request::default())
                .await
                .map(|_| ()),
            provider
                .delete_state(delete_state::Request::default())
                .await
                .map(|_| ()),
        ];
        for answer in codes {
            assert_eq!(answer.unwrap_err().code(), Code::Unimplemented);
        }
        session.end().await;
    });
}

fn a_stop_ends_only_what_was_configured_before() {
    let server = Server::shared();
    run(async {
        let mut session = Session::at(&server.url()).await;
        let config = calling(&unique("after"), URL, json!({}));
        let stop = session.provider.stop_provider(stop_provider::Request {});
        assert_eq!(stop.await.unwrap().into_inner().error, "");
        let planned = session.plan(&Kept::default(), &config).await;
        let stopped = session.carry_out(&Kept::default(), planned, &config).await;
        assert!(has_error(&stopped.diagnostics));
        assert_eq!(decoded(stopped.new_state.as_ref()), Value::Null);
        // A process under a debugger serves one run after the other.
        assert_eq!(told(&session.configure(&at(&server.url())).await), [""; 0]);
        let kept = session.create(&config).await;
        session.destroy(&kept).await;
        session.end().await;
    });
}
