//! Behaviour against the stand-in of a workspace, with faults on the way to it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use reqwest::header::{AUTHORIZATION, HeaderName};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::api::{
    Error, ErrorKind, Event, ListFilter, NewTarget, NewWebhook, ServerKind, Status, Target,
    TargetChange, WebhookChange, WebhookRef, Webhooks,
    authenticator::{Authenticator, Workspace},
    budget::Pace,
    model_kind::Models,
    model_versions::{self, ModelVersion, NewVersion, Versions},
    server::Server,
    servers::databricks::Databricks,
    settings::Connection,
};
use support::{
    databricks::{ADMIN, Databricks as Workspaces, Options, Patch, WORKSPACE_ID},
    http::Response as Answer,
    proxy::{Fault, Loss, Proxy},
};

/// The stand-in, which is one for all tests of this repository.
#[path = "../../../../tests/support"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "the acceptance tests use more of it, and use it as a crate of their own"
)]
mod support {
    pub mod databricks;
    pub mod http;
    pub mod listener;
    pub mod port;
    pub mod proxy;
}

const API: &str = "/registry-webhooks/";

/// A token that is as good as any, for a workspace at a known address.
#[derive(Debug)]
struct Token {
    host: String,
    token: SecretString,
}

#[async_trait]
impl Authenticator for Token {
    fn place(&self) -> &str {
        "a workspace"
    }

    fn method(&self) -> Option<&'static str> {
        Some("pat")
    }

    async fn workspace(&self, _: &CancellationToken) -> Result<Workspace, Error> {
        Ok(Workspace {
            host: self.host.clone(),
            workspace_id: Some(WORKSPACE_ID.to_owned()),
        })
    }

    async fn headers(
        &self,
        _: &CancellationToken,
    ) -> Result<Vec<(HeaderName, SecretString)>, Error> {
        use secrecy::ExposeSecret;
        let bearer = format!("Bearer {}", self.token.expose_secret());
        Ok(vec![(AUTHORIZATION, bearer.into())])
    }
}

fn webhooks_of(host: String, token: &str) -> Webhooks {
    Webhooks::of(server_at(host, token, quick()))
}

fn server_at(host: String, token: &str, pace: Pace) -> Server {
    let token = Token {
        host,
        token: token.into(),
    };
    let host = Databricks::new(Arc::new(token), Connection::default());
    Server::over(Box::new(host), pace)
}

fn quick() -> Pace {
    let ms = Duration::from_millis;
    Pace {
        operation: ms(8000),
        first_wait: ms(2),
        longest_wait: ms(10),
        retry_after: ms(60),
        refused: ms(100),
        grace: ms(300),
        looks: [0, 60, 150, 300].map(ms),
        // Dates have whole seconds.
        lag: ms(2500),
        watch: ms(10),
        gather: ms(20),
        age: ms(8000),
    }
}

/// A workspace, and a way to it on which answers are lost.
fn faulty(options: Options) -> (Workspaces, Proxy) {
    let workspace = Workspaces::start_with(options);
    let proxy = Proxy::start(workspace.address());
    (workspace, proxy)
}

fn lagging() -> Options {
    Options {
        lag: Duration::from_millis(100),
        ..Options::default()
    }
}

fn events(names: &[&str]) -> std::collections::BTreeSet<Event> {
    names.iter().filter_map(|name| Event::parse(name)).collect()
}

fn http_hook(model: Option<&str>) -> NewWebhook {
    NewWebhook {
        name: None,
        model_name: model.map(str::to_owned),
        events: events(&["model_version.created", "COMMENT_CREATED"]),
        description: Some("d".to_owned()),
        status: Status::Active,
        target: NewTarget::Http {
            url: "https://ci.example.com/hook".to_owned(),
            enable_ssl_verification: false,
            secret: Some("s3cret".into()),
            authorization: Some("Bearer r3ceiver".into()),
        },
    }
}

fn job_hook() -> NewWebhook {
    NewWebhook {
        target: NewTarget::Job {
            job_id: "1234".to_owned(),
            workspace_url: None,
            access_token: "t0ken".into(),
        },
        ..http_hook(None)
    }
}

fn posted(model: &str) -> Value {
    json!({
        "model_name": model, "events": ["MODEL_VERSION_CREATED"],
        "http_url_spec": {"url": "https://h/x"},
    })
}

fn answer(status: u16, body: &str) -> Loss {
    Loss::Answer(Answer::new(status, "application/json", body))
}

fn stop() -> CancellationToken {
    CancellationToken::new()
}

#[tokio::test]
async fn a_webhook_goes_through_its_life() {
    for patch in [Patch::Merge, Patch::Replace] {
        let workspace = Workspaces::start_with(Options {
            patch,
            ..Options::default()
        });
        let webhooks = webhooks_of(workspace.url(), ADMIN);
        let made = webhooks.create(&http_hook(Some("m")), &stop()).await;
        let made = made.unwrap();
        assert_eq!(webhooks.get(&made, &stop()).await.unwrap(), made);
        assert_eq!(
            made.target,
            Target::Http {
                url: "https://ci.example.com/hook".to_owned(),
                enable_ssl_verification: false,
            }
        );
        let change = WebhookChange {
            description: Some(String::new()),
            target: Some(TargetChange::Http {
                url: Some("https://other.example.com".to_owned()),
                enable_ssl_verification: Some(false),
                secret: Some("".into()),
                authorization: Some("Bearer r3ceiver".into()),
            }),
            ..WebhookChange::of_status(Status::TestMode)
        };
        let changed = webhooks.update(&made, &change, &stop()).await.unwrap();
        assert_eq!(
            (changed.description, changed.status),
            (None, Status::TestMode)
        );
        let kept = workspace.webhook(&made.id).unwrap();
        assert_eq!(
            kept["http_url_spec"],
            json!({
                "url": "https://other.example.com", "enable_ssl_verification": false,
                "secret": "", "authorization": "Bearer r3ceiver",
            })
        );
        let tested = webhooks.test(&made.id, None, &stop()).await.unwrap();
        assert!(tested.success && tested.response_body.as_deref() == Some("ok"));
        webhooks.delete(&made, &stop()).await.unwrap();
        webhooks.delete(&made, &stop()).await.unwrap();
        assert!(workspace.webhooks().is_empty());
        let ids = workspace.requests();
        let id = |it: &support::http::Request| {
            it.headers
                .get("X-Databricks-Workspace-Id")
                .map(str::to_owned)
        };
        assert!(ids.iter().all(|it| id(it).as_deref() == Some(WORKSPACE_ID)));
    }
}

#[tokio::test]
async fn a_lost_create_is_adopted_and_confirmed_with_its_secrets() {
    for fault in [
        Loss::Close,
        Loss::Reset,
        Loss::Truncate,
        answer(503, "busy"),
        answer(500, r#"{"error_code":"INTERNAL_ERROR"}"#),
        answer(200, "{}"),
        answer(200, "<html>login</html>"),
        Loss::Answer(Answer::new(200, "text/plain", "")),
    ] {
        for patch in [Patch::Merge, Patch::Replace] {
            let options = Options { patch, ..lagging() };
            let (workspace, proxy) = faulty(options);
            workspace.create(&posted("other"));
            proxy.inject("POST", API, 1, Fault::Afterwards(fault.clone()));
            let webhooks = webhooks_of(proxy.url(), ADMIN);
            for new in [http_hook(Some("m")), job_hook()] {
                proxy.inject("POST", API, 1, Fault::Afterwards(fault.clone()));
                let made = webhooks.create(&new, &stop()).await.unwrap();
                let kept = workspace.webhook(&made.id).unwrap();
                match &new.target {
                    NewTarget::Http { .. } => assert_eq!(
                        kept["http_url_spec"],
                        json!({
                            "url": "https://ci.example.com/hook",
                            "enable_ssl_verification": false,
                            "secret": "s3cret", "authorization": "Bearer r3ceiver",
                        }),
                        "{fault:?} {patch:?}"
                    ),
                    NewTarget::Job { .. } => {
                        assert_eq!(kept["job_spec"]["access_token"], "t0ken");
                        assert_eq!(kept["job_spec"]["job_id"], "1234");
                    }
                }
            }
            assert_eq!(workspace.webhooks().len(), 3, "{fault:?}");
            assert_eq!(workspace.count("POST", "create"), 2, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_create_that_did_not_happen_is_repeated() {
    for fault in [Loss::Close, answer(503, "busy"), answer(200, "{}")] {
        let (workspace, proxy) = faulty(lagging());
        proxy.inject("POST", API, 1, Fault::Instead(fault));
        let webhooks = webhooks_of(proxy.url(), ADMIN);
        let made = webhooks.create(&http_hook(None), &stop()).await.unwrap();
        assert!(workspace.webhook(&made.id).is_some());
        assert_eq!(workspace.webhooks().len(), 1);
        assert_eq!(workspace.count("PATCH", API), 0);
    }
}

#[tokio::test]
async fn a_write_that_something_else_answers_is_sent_twice_at_most() {
    for fault in [
        answer(200, "<html>login</html>"),
        answer(200, "{}"),
        answer(520, "<html>unknown error</html>"),
    ] {
        let (workspace, proxy) = faulty(lagging());
        let webhooks = webhooks_of(proxy.url(), ADMIN);
        let made = webhooks.create(&http_hook(None), &stop()).await.unwrap();
        proxy.clear();
        for method in ["POST", "PATCH", "DELETE"] {
            proxy.inject(method, API, 99, Fault::Instead(fault.clone()));
        }
        let created = webhooks.create(&http_hook(None), &stop()).await.map(drop);
        let change = WebhookChange::of_status(Status::Disabled);
        let updated = webhooks.update(&made, &change, &stop()).await.map(drop);
        // An empty object is just what a deletion is answered with, and the list tells that it lies.
        let deleted = webhooks.delete(&made, &stop()).await;
        for (method, outcome) in [("POST", created), ("PATCH", updated)] {
            assert!(!outcome.unwrap_err().is_outcome_unknown(), "{fault:?}");
            assert_eq!(proxy.count(method, API), 2, "{method} {fault:?}");
        }
        assert!(proxy.count("DELETE", API) <= 2, "{fault:?}");
        assert_eq!(
            deleted.is_ok(),
            proxy.count("DELETE", API) == 1,
            "{fault:?}"
        );
        assert_eq!(workspace.webhooks().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn twins_under_losses_each_get_their_own() {
    let (workspace, proxy) = faulty(lagging());
    for fault in [
        Fault::Afterwards(Loss::Close),
        Fault::Instead(Loss::Close),
        Fault::Afterwards(answer(503, "busy")),
        Fault::Afterwards(Loss::Truncate),
    ] {
        proxy.inject("POST", API, 1, fault);
    }
    let (webhooks, new, stop) = (
        webhooks_of(proxy.url(), ADMIN),
        http_hook(Some("m")),
        stop(),
    );
    let create = || webhooks.create(&new, &stop);
    let made = tokio::join!(create(), create(), create(), create(), create());
    let made = [made.0, made.1, made.2, made.3, made.4].map(|it| it.unwrap().id);
    let mut ids: Vec<_> = made.into();
    ids.sort();
    let kept = workspace.webhooks();
    let mut kept: Vec<_> = kept.iter().filter_map(|it| it["id"].as_str()).collect();
    kept.sort_unstable();
    assert_eq!(ids, kept);
    assert_eq!(ids.len(), 5);
}

#[tokio::test]
async fn a_manager_of_one_model_needs_no_more_than_that() {
    let (workspace, proxy) = faulty(Options::default());
    let token = workspace.manager_of(&["m"]);
    workspace.create(&posted("other"));
    let webhooks = webhooks_of(proxy.url(), &token);
    proxy.inject("POST", API, 1, Fault::Afterwards(Loss::Close));
    let made = webhooks.create(&http_hook(Some("m")), &stop()).await;
    let made = made.unwrap();
    webhooks.get(&made, &stop()).await.unwrap();
    proxy.inject("PATCH", API, 1, Fault::Afterwards(Loss::Close));
    let change = WebhookChange::of_status(Status::Disabled);
    webhooks.update(&made, &change, &stop()).await.unwrap();
    let listed = webhooks
        .list_matching(&ListFilter::of_model(Some("m")), &stop())
        .await;
    assert_eq!(listed.unwrap().len(), 1);
    let error = webhooks.get(&made.id, &stop()).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(error.server(), Some(ServerKind::Databricks));
    let error = webhooks.create(&http_hook(None), &stop()).await;
    assert_eq!(*error.unwrap_err().kind(), ErrorKind::PermissionDenied);
    proxy.inject("DELETE", API, 1, Fault::Afterwards(Loss::Close));
    webhooks.delete(&made, &stop()).await.unwrap();
    let error = webhooks.get(&made, &stop()).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(workspace.webhooks().len(), 1);
}

#[tokio::test]
async fn reads_side_by_side_share_their_lists() {
    let workspace = Workspaces::start();
    let webhooks = webhooks_of(workspace.url(), ADMIN);
    let ids: Vec<_> = (0..30).map(|_| workspace.create(&posted("m"))).collect();
    let one_model = ids.iter().map(|id| WebhookRef {
        model_name: Some("m"),
        ..WebhookRef::from(id)
    });
    read_all(&webhooks, one_model.collect()).await;
    assert_eq!(workspace.count("GET", "list"), 1);
    workspace.clear();
    read_all(&webhooks, ids.iter().map(WebhookRef::from).collect()).await;
    assert_eq!(workspace.count("GET", "list"), 1);
}

#[tokio::test]
async fn reads_of_many_models_share_one_list_where_that_is_allowed() {
    let workspace = Workspaces::start();
    let models = ["a", "b", "c", "d", "e"];
    let ids = models.map(|model| workspace.create(&posted(model)));
    let webhooks = || {
        let each = ids.iter().zip(models);
        each.map(|(id, model)| WebhookRef {
            model_name: Some(model),
            ..WebhookRef::from(id)
        })
        .collect()
    };
    read_all(&webhooks_of(workspace.url(), ADMIN), webhooks()).await;
    assert_eq!(workspace.count("GET", "list"), 1);
    let manager = webhooks_of(workspace.url(), &workspace.manager_of(&models));
    for lists in [6, 5] {
        workspace.clear();
        read_all(&manager, webhooks()).await;
        assert_eq!(workspace.count("GET", "list"), lists);
    }
}

#[tokio::test]
async fn refreshes_in_waves_share_a_list_until_something_is_written() {
    let workspace = Workspaces::start();
    let webhooks = webhooks_of(workspace.url(), ADMIN);
    let ids: Vec<_> = (0..30).map(|_| workspace.create(&posted("m"))).collect();
    refresh_all(&webhooks, &ids).await;
    refresh_all(&webhooks, &ids).await;
    assert_eq!(workspace.count("GET", "list"), 1);
    webhooks.delete(&ids[0], &stop()).await.unwrap();
    let gone = webhooks.refresh(&ids[0], &stop()).await;
    assert!(gone.unwrap_err().is_not_found());
    refresh_all(&webhooks, &ids[1..]).await;
    assert_eq!(workspace.count("GET", "list"), 2);
}

/// Ten at a time, as Terraform asks.
async fn refresh_all(webhooks: &Webhooks, ids: &[String]) {
    let stop = stop();
    for wave in ids.chunks(10) {
        let reads = wave.iter().map(|id| webhooks.refresh(id, &stop));
        for (read, id) in futures_util::future::join_all(reads).await.iter().zip(wave) {
            assert_eq!(read.as_ref().unwrap().id, *id);
        }
    }
}

async fn read_all(webhooks: &Webhooks, meant: Vec<WebhookRef<'_>>) {
    let stop = stop();
    let reads = meant.iter().map(|it| webhooks.get(*it, &stop));
    let read = futures_util::future::join_all(reads).await;
    for (read, meant) in read.into_iter().zip(meant) {
        assert_eq!(read.unwrap().id, meant.id);
    }
}

#[tokio::test]
async fn absence_is_believed_only_of_a_list_that_is_whole() {
    let (workspace, proxy) = faulty(Options {
        page_size: 2,
        ..Options::default()
    });
    let ids: Vec<_> = (0..5).map(|_| workspace.create(&posted("m"))).collect();
    let webhooks = webhooks_of(proxy.url(), ADMIN);
    webhooks.get(&ids[4], &stop()).await.unwrap();
    assert_eq!(workspace.count("GET", "list"), 3);
    let last = "page_token=4";
    for (fault, kind) in [
        (answer(500, ""), ErrorKind::Server),
        (answer(200, "<html>login</html>"), ErrorKind::ForeignAnswer),
        (answer(404, "nothing here"), ErrorKind::NoSuchApi),
        (
            answer(200, r#"{"webhooks":[{"id":"1"}]}"#),
            ErrorKind::ForeignAnswer,
        ),
        (
            answer(403, r#"{"error_code":"PERMISSION_DENIED"}"#),
            ErrorKind::PermissionDenied,
        ),
    ] {
        proxy.inject("GET", last, 1, Fault::Instead(fault));
        let error = webhooks.get(&ids[4], &stop()).await.unwrap_err();
        assert_eq!(*error.kind(), kind);
    }
    let error = webhooks.get("nonesuch", &stop()).await.unwrap_err();
    assert!(error.is_not_found());
}

#[tokio::test]
async fn a_list_that_lags_behind_makes_nothing_gone_and_nothing_old() {
    let workspace = Workspaces::start_with(Options {
        lag: Duration::from_millis(400),
        ..Options::default()
    });
    let maker = webhooks_of(workspace.url(), ADMIN);
    let made = maker.create(&http_hook(Some("m")), &stop()).await.unwrap();
    let later = webhooks_of(workspace.url(), ADMIN);
    let both = tokio::join!(async { maker.get(&made.id, &stop()).await }, async {
        later.get(&made, &stop()).await
    },);
    assert_eq!(
        (both.0.unwrap(), both.1.unwrap()),
        (made.clone(), made.clone())
    );
    let change = WebhookChange::of_status(Status::Disabled);
    let changed = maker.update(&made, &change, &stop()).await.unwrap();
    let both = tokio::join!(async { maker.get(&made.id, &stop()).await }, async {
        later.get(&changed, &stop()).await
    },);
    assert_eq!(
        (both.0.unwrap(), both.1.unwrap()),
        (changed.clone(), changed)
    );
}

#[tokio::test]
async fn what_was_last_changed_long_ago_is_gone_at_once() {
    let workspace = Workspaces::start();
    let webhooks = webhooks_of(workspace.url(), ADMIN);
    let old = WebhookRef {
        id: "1",
        model_name: None,
        last_updated_timestamp: Some(1_700_000_000_000),
    };
    assert!(webhooks.get(old, &stop()).await.unwrap_err().is_not_found());
    assert_eq!(workspace.count("GET", "list"), 1);
}

#[tokio::test]
async fn an_unknown_model_is_told_apart_from_an_unknown_webhook() {
    let workspace = Workspaces::start_with(Options {
        models: Some(vec!["m".to_owned()]),
        ..Options::default()
    });
    let webhooks = webhooks_of(workspace.url(), ADMIN);
    let error = webhooks.create(&http_hook(Some("x")), &stop()).await;
    assert_eq!(*error.unwrap_err().kind(), ErrorKind::UnknownModel);
    let filter = ListFilter::of_model(Some("x"));
    let error = webhooks.list_matching(&filter, &stop()).await;
    assert_eq!(*error.unwrap_err().kind(), ErrorKind::UnknownModel);
    let webhook = WebhookRef {
        model_name: Some("x"),
        ..WebhookRef::from("1")
    };
    let error = webhooks.get(webhook, &stop()).await.unwrap_err();
    assert!(error.is_not_found());
}

#[tokio::test]
async fn lists_are_filtered_and_may_have_the_servers_own_page_size() {
    let workspace = Workspaces::start_with(Options {
        most_results: 500,
        page_size: 3,
        ..Options::default()
    });
    for model in ["a", "b", "a", "b", "a", "b", "a"] {
        workspace.create(&posted(model));
    }
    let webhooks = webhooks_of(workspace.url(), ADMIN);
    assert_eq!(webhooks.list(&stop()).await.unwrap().len(), 7);
    assert_eq!(workspace.count("GET", "max_results"), 1);
    let count = async |model: Option<&str>, names: &[&str]| {
        let filter = ListFilter {
            events: events(names),
            ..ListFilter::of_model(model)
        };
        let listed = webhooks.list_matching(&filter, &stop()).await;
        listed.unwrap().len()
    };
    assert_eq!(count(Some("a"), &[]).await, 4);
    assert_eq!(count(None, &["MODEL_VERSION_CREATED"]).await, 7);
    assert_eq!(count(Some("b"), &["COMMENT_CREATED"]).await, 0);
    workspace.clear();
    assert_eq!(count(None, &["prompt.created"]).await, 0);
    assert_eq!(workspace.count("GET", "list"), 0);
}

#[tokio::test]
async fn an_update_without_a_clear_answer_is_settled() {
    for (fault, patches) in [
        (Fault::Afterwards(Loss::Close), 1),
        (Fault::Afterwards(answer(200, "{}")), 1),
        (Fault::Instead(Loss::Close), 2),
    ] {
        let (_workspace, proxy) = faulty(Options::default());
        let webhooks = webhooks_of(proxy.url(), ADMIN);
        let made = webhooks.create(&http_hook(Some("m")), &stop()).await;
        let made = made.unwrap();
        proxy.inject("PATCH", API, 1, fault);
        let change = WebhookChange::of_status(Status::Disabled);
        let changed = webhooks.update(&made, &change, &stop()).await.unwrap();
        assert_eq!(changed.status, Status::Disabled);
        assert_eq!(proxy.count("PATCH", API), patches);
    }
}

#[tokio::test]
async fn a_delete_of_what_is_gone_succeeds_however_it_is_refused() {
    let (workspace, proxy) = faulty(Options::default());
    let webhooks = webhooks_of(proxy.url(), ADMIN);
    let refused = r#"{"error_code":"INVALID_PARAMETER_VALUE","message":"no such id"}"#;
    proxy.inject("DELETE", API, 2, Fault::Instead(answer(400, refused)));
    webhooks.delete("1", &stop()).await.unwrap();
    let living = workspace.create(&posted("m"));
    let error = webhooks.delete(&living, &stop()).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Invalid);
    webhooks.delete(&living, &stop()).await.unwrap();
}

#[tokio::test]
async fn a_limit_on_requests_is_waited_for_whatever_its_status() {
    let (workspace, proxy) = faulty(Options::default());
    let webhooks = webhooks_of(proxy.url(), ADMIN);
    let busy = r#"{"error_code":"REQUEST_LIMIT_EXCEEDED","message":"slowly"}"#;
    for status in [429, 400, 503] {
        proxy.inject("POST", API, 1, Fault::Instead(answer(status, busy)));
        webhooks.create(&http_hook(None), &stop()).await.unwrap();
    }
    assert_eq!(workspace.webhooks().len(), 3);
    assert_eq!(proxy.count("GET", API), 0);
}

#[tokio::test]
async fn no_error_repeats_a_secret() {
    let echo = r#"{"error_code":"INVALID_PARAMETER_VALUE","message":
        "cannot take {\"secret\": \"s3cret\", \"authorization\": \"Bearer r3ceiver\"} of dapi-admin-0123456789"}"#;
    let page = "<html><body>s3cret Bearer r3ceiver dapi-admin-0123456789</body></html>";
    for (status, body) in [
        (400, echo),
        (400, page),
        (403, page),
        (200, page),
        (500, echo),
    ] {
        let (_workspace, proxy) = faulty(Options::default());
        let webhooks = webhooks_of(proxy.url(), ADMIN);
        proxy.inject("POST", API, 99, Fault::Instead(answer(status, body)));
        let page = "<p>sent by Bearer dapi-admin-0123456789</p>";
        proxy.inject("GET", API, 99, Fault::Instead(answer(200, page)));
        let error = webhooks.create(&http_hook(None), &stop()).await;
        let error = error.unwrap_err();
        let shown = format!("{error} {error:?}");
        for secret in ["s3cret", "r3ceiver", "dapi-admin"] {
            assert!(!shown.contains(secret), "{status}: {shown}");
        }
        assert!(shown.contains("***"), "{shown}");
    }
}

#[tokio::test]
async fn the_address_is_that_of_the_workspace_once_it_is_known() {
    let workspace = Workspaces::start();
    let webhooks = webhooks_of(workspace.url(), ADMIN);
    assert_eq!(webhooks.server().address(), "a workspace");
    webhooks.list(&stop()).await.unwrap();
    assert_eq!(webhooks.server().address(), workspace.url());
    assert_eq!(webhooks.server().kind(), ServerKind::Databricks);
}

/// A version that never gets into the registry is watched for the time of one operation, or until a stop.
#[tokio::test]
async fn what_a_workspace_is_at_work_on_is_watched_for_a_bounded_time() {
    let workspace = Workspaces::start_with(Options {
        pending: usize::MAX,
        ..Options::default()
    });
    let model = json!({"name": "churn"});
    workspace.on_models("POST", "create", &model);
    let pace = Pace {
        operation: Duration::from_millis(300),
        ..quick()
    };
    let server = server_at(workspace.url(), ADMIN, pace);
    let new = NewVersion {
        model: "churn".to_owned(),
        source: "dbfs:/models/churn".to_owned(),
        ..NewVersion::default()
    };
    let stop = CancellationToken::new();
    let made = server
        .run(&model_versions::create::<Models>(&new), &stop)
        .await
        .unwrap();
    let is_pending = ModelVersion::is_pending;
    let watched = server
        .watch::<Versions<Models>>(&made.key, is_pending, &stop)
        .await;
    assert_eq!(watched.unwrap(), None);
    workspace.set(|options| options.pending = 0);
    let watched = server
        .watch::<Versions<Models>>(&made.key, is_pending, &stop)
        .await;
    assert_eq!(watched.unwrap().unwrap().status, "READY");
    stop.cancel();
    let watched = server
        .watch::<Versions<Models>>(&made.key, is_pending, &stop)
        .await;
    assert_eq!(watched.unwrap(), None);
}
