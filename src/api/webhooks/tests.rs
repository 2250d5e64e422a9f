//! Behaviour under faults, against a small real HTTP server that keeps webhooks and misbehaves on cue.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::api::{ErrorKind, Settings, budget::Pace};

impl Webhooks {
    /// All webhooks, in one pass.
    pub(super) async fn list(&self, stop: &CancellationToken) -> Result<Vec<Webhook>, Error> {
        self.list_matching(&ListFilter::default(), stop).await
    }

    /// Those that match, in one pass.
    pub(super) async fn list_matching(
        &self,
        filter: &ListFilter,
        stop: &CancellationToken,
    ) -> Result<Vec<Webhook>, Error> {
        let mut listing = self.listing(filter, None, stop).await?;
        listing.items.retain(|webhook| filter.matches(webhook));
        Ok(listing.items)
    }
}

/// What the server does with one request.
#[derive(Clone, Debug)]
enum Act {
    /// Answers as it should.
    Serve,
    /// Does it, then answers something else.
    Then(&'static str),
    /// Answers something else without doing it.
    Instead(&'static str),
    /// Does it and closes the connection without a word.
    DoAndDrop,
    /// Closes the connection without doing anything.
    Drop,
    /// Does it, and answers a while later.
    Late,
    /// Never answers.
    Hang,
}

#[derive(Default)]
struct State {
    webhooks: Vec<Value>,
    acts: VecDeque<(&'static str, Act)>,
    requests: Vec<String>,
    bodies: Vec<String>,
    lists_until_visible: usize,
    made: usize,
}

struct Double {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Drop for Double {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Double {
    /// Each act is spent by the first request of its method.
    async fn start(acts: impl IntoIterator<Item = (&'static str, Act)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            acts: acts.into_iter().collect(),
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(converse(stream, Arc::clone(&shared)));
            }
        });
        Self {
            address,
            state,
            task,
        }
    }

    fn webhooks(&self) -> Webhooks {
        self.webhooks_with(|settings| settings)
    }

    fn webhooks_with(&self, change: impl FnOnce(Settings) -> Settings) -> Webhooks {
        let settings = change(Settings::new(format!("http://{}", self.address)));
        Webhooks::of(Server::mlflow_at(settings, quick()).unwrap())
    }

    fn count(&self, method: &str) -> usize {
        let state = self.state.lock().unwrap();
        state
            .requests
            .iter()
            .filter(|line| line.starts_with(method))
            .count()
    }

    fn ids(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        state
            .webhooks
            .iter()
            .map(|w| w["webhook_id"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn quick() -> Pace {
    let ms = Duration::from_millis;
    Pace {
        operation: ms(5000),
        first_wait: ms(2),
        longest_wait: ms(10),
        retry_after: ms(60),
        refused: ms(100),
        grace: ms(300),
        looks: [0, 5, 10, 20].map(ms),
        lag: ms(100),
        watch: ms(10),
        gather: ms(5),
        age: ms(5000),
    }
}

async fn converse(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let Some((line, head, body)) = request(&mut stream).await else {
        return;
    };
    let method = line.split(' ').next().unwrap().to_owned();
    let act = {
        let mut state = state.lock().unwrap();
        state.requests.push(line.clone());
        state.bodies.push(format!("{head}\n{body}"));
        let at = state.acts.iter().position(|(m, _)| *m == method);
        at.and_then(|at| state.acts.remove(at))
            .map_or(Act::Serve, |(_, act)| act)
    };
    let answer = match act {
        Act::Serve => serve(&line, &body, &state),
        Act::Then(answer) => {
            serve(&line, &body, &state);
            answer.to_owned()
        }
        Act::Instead(answer) => answer.to_owned(),
        Act::DoAndDrop => {
            serve(&line, &body, &state);
            return;
        }
        Act::Late => {
            let answer = serve(&line, &body, &state);
            tokio::time::sleep(Duration::from_millis(200)).await;
            answer
        }
        Act::Drop => return,
        Act::Hang => std::future::pending().await,
    };
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// The first line, the head, and as much body as its length says.
async fn request(stream: &mut TcpStream) -> Option<(String, String, String)> {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let n = stream.read(&mut buffer).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&buffer[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let lower = head.to_ascii_lowercase();
        let length = lower
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next());
        if body.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
            let line = head.lines().next()?.to_owned();
            return Some((line, lower, body.to_owned()));
        }
    }
}

fn serve(line: &str, body: &str, state: &Mutex<State>) -> String {
    let mut state = state.lock().unwrap();
    let mut parts = line.split([' ', '?']);
    let (method, path) = (parts.next().unwrap(), parts.next().unwrap());
    let id = path.rsplit('/').next().unwrap();
    let at = state.webhooks.iter().position(|w| w["webhook_id"] == id);
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    match (method, at) {
        ("POST", _) => {
            let webhook = made(&mut state, body);
            json_answer(200, &json!({ "webhook": webhook }))
        }
        ("GET", _) if path.ends_with("/webhooks") => {
            let hidden = state.lists_until_visible > 0;
            state.lists_until_visible = state.lists_until_visible.saturating_sub(1);
            let webhooks: &[Value] = if hidden { &[] } else { &state.webhooks };
            json_answer(200, &json!({ "webhooks": webhooks }))
        }
        ("GET", Some(at)) => json_answer(200, &json!({ "webhook": state.webhooks[at] })),
        ("PATCH", Some(at)) => {
            for (key, value) in body.as_object().unwrap() {
                state.webhooks[at][key] = value.clone();
            }
            json_answer(200, &json!({ "webhook": state.webhooks[at] }))
        }
        ("DELETE", Some(at)) => {
            state.webhooks.remove(at);
            json_answer(200, &json!({}))
        }
        _ => json_answer(
            404,
            &json!({ "error_code": "RESOURCE_DOES_NOT_EXIST", "message": "not found" }),
        ),
    }
}

fn made(state: &mut State, mut webhook: Value) -> Value {
    state.made += 1;
    webhook["webhook_id"] = format!("w{}", state.made).into();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis();
    webhook["creation_timestamp"] = u64::try_from(now).unwrap().into();
    webhook["last_updated_timestamp"] = webhook["creation_timestamp"].clone();
    state.webhooks.push(webhook.clone());
    webhook
}

fn json_answer(status: u16, body: &Value) -> String {
    let (date, body) = (httpdate::fmt_http_date(SystemTime::now()), body.to_string());
    format!(
        "HTTP/1.1 {status} X\r\ndate: {date}\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

const UNAVAILABLE: &str = "HTTP/1.1 503 X\r\ncontent-length: 4\r\nconnection: close\r\n\r\nbusy";
const CRASHED: &str =
    "HTTP/1.1 500 X\r\ncontent-length: 12\r\nconnection: close\r\n\r\n<p>oops</p>\n";
const TRUNCATED: &str = "HTTP/1.1 200 X\r\ncontent-length: 400\r\nconnection: close\r\n\r\n{\"webh";
const HTML: &str =
    "HTTP/1.1 200 X\r\ncontent-length: 13\r\nconnection: close\r\n\r\n<p>login</p>\n";
const THROTTLED: &str =
    "HTTP/1.1 429 X\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const REDIRECT: &str = "HTTP/1.1 308 X\r\nlocation: https://u:pw@other.example/x?t=s3cret\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const NOT_FOUND: &str = "HTTP/1.1 404 X\r\ncontent-length: 46\r\nconnection: close\r\n\r\n{\"error_code\":\"RESOURCE_DOES_NOT_EXIST\"      }";

fn new() -> NewWebhook {
    NewWebhook {
        name: Some("deploy".to_owned()),
        model_name: None,
        events: Event::parse("model_version.created").into_iter().collect(),
        description: None,
        status: Status::Active,
        target: NewTarget::Http {
            url: "https://ci.example.com/hook".to_owned(),
            enable_ssl_verification: true,
            secret: Some("s3cret".into()),
            authorization: None,
        },
    }
}

fn described(text: &str) -> WebhookChange {
    WebhookChange {
        description: Some(text.to_owned()),
        ..WebhookChange::of_status(Status::Active)
    }
}

#[tokio::test]
async fn many_refreshes_share_a_page_but_never_one_from_before_a_write_or_about_an_absence() {
    let (server, stop) = (Double::start([]).await, CancellationToken::new());
    let webhooks = server.webhooks();
    for _ in 0..30 {
        webhooks.create(&new(), &stop).await.unwrap();
    }
    let ids = server.ids();
    for id in &ids {
        assert_eq!(webhooks.refresh(id, &stop).await.unwrap().id, *id);
    }
    assert_eq!(server.count("GET"), 5);
    let change = WebhookChange {
        description: Some("new".to_owned()),
        ..WebhookChange::of_status(Status::Active)
    };
    webhooks.update(&ids[9], &change, &stop).await.unwrap();
    let updated = webhooks.refresh(&ids[9], &stop).await.unwrap();
    assert_eq!(updated.description.as_deref(), Some("new"));
    server.state.lock().unwrap().lists_until_visible = usize::MAX;
    webhooks.delete(&ids[0], &stop).await.unwrap();
    assert_eq!(webhooks.refresh(&ids[9], &stop).await.unwrap().id, ids[9]);
    let gone = webhooks.refresh(&ids[0], &stop).await.unwrap_err();
    assert!(gone.is_not_found());
}

#[tokio::test]
async fn a_lost_create_is_adopted_and_confirmed() {
    for act in [
        Act::Then(UNAVAILABLE),
        Act::Then(CRASHED),
        Act::DoAndDrop,
        Act::Then(TRUNCATED),
        Act::Then(HTML),
    ] {
        let server = Double::start([("POST", act.clone())]).await;
        server.state.lock().unwrap().lists_until_visible = 2;
        let webhook = server
            .webhooks()
            .create(&new(), &CancellationToken::new())
            .await
            .unwrap();
        assert_eq!(server.ids(), [webhook.id], "{act:?}");
        assert_eq!(
            (server.count("POST"), server.count("PATCH")),
            (1, 1),
            "{act:?}"
        );
        let state = server.state.lock().unwrap();
        assert_eq!(state.webhooks[0]["secret"], "s3cret");
        let patch = state
            .requests
            .iter()
            .position(|line| line.starts_with("PATCH"))
            .unwrap();
        assert!(state.bodies[patch].contains(r#""secret":"s3cret""#));
    }
}

#[tokio::test]
async fn a_create_that_did_not_happen_is_repeated() {
    for act in [
        Act::Instead(UNAVAILABLE),
        Act::Drop,
        Act::Instead(TRUNCATED),
        Act::Instead(HTML),
    ] {
        let server = Double::start([("POST", act.clone())]).await;
        let webhook = server
            .webhooks()
            .create(&new(), &CancellationToken::new())
            .await
            .unwrap();
        assert_eq!(server.ids(), [webhook.id], "{act:?}");
        assert_eq!(
            (server.count("POST"), server.count("PATCH")),
            (2, 0),
            "{act:?}"
        );
    }
}

#[tokio::test]
async fn a_crash_that_made_nothing_is_reported() {
    let server = Double::start([("POST", Act::Instead(CRASHED))]).await;
    let error = server
        .webhooks()
        .create(&new(), &CancellationToken::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.is_outcome_unknown()),
        (&ErrorKind::Server, false)
    );
    assert_eq!(server.count("POST"), 1);
    assert!(
        error
            .to_string()
            .starts_with("creating webhook \"deploy\" (POST http://"),
        "{error}"
    );
    assert!(error.to_string().ends_with("(500): oops"), "{error}");
}

/// Whoever answers so to every write is not the registry, and does not become it by being asked again.
#[tokio::test]
async fn a_write_that_something_else_answers_is_sent_twice_at_most() {
    const UNKNOWN_STATUS: &str =
        "HTTP/1.1 520 X\r\ncontent-length: 4\r\nconnection: close\r\n\r\noops";
    const EMPTY: &str = "HTTP/1.1 200 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    const OTHER: &str =
        "HTTP/1.1 201 X\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{\"ok\":true}";
    for (answer, least, most) in [
        (HTML, 1, 2),
        (EMPTY, 1, 2),
        (OTHER, 1, 2),
        (UNKNOWN_STATUS, 1, 2),
        (CRASHED, 1, 1),
        (UNAVAILABLE, 8, 8),
    ] {
        for method in ["POST", "PATCH", "DELETE"] {
            let (server, stop) = (Double::start([]).await, CancellationToken::new());
            let webhooks = server.webhooks();
            let id = webhooks.create(&new(), &stop).await.unwrap().id;
            let acts = vec![(method, Act::Instead(answer)); 9];
            server.state.lock().unwrap().acts.extend(acts);
            let before = server.count(method);
            let outcome = match method {
                "POST" => webhooks.create(&new(), &stop).await.map(drop),
                "PATCH" => webhooks.update(&id, &described("d"), &stop).await.map(drop),
                _ => webhooks.delete(&id, &stop).await,
            };
            let sent = server.count(method) - before;
            assert!((least..=most).contains(&sent), "{method} {sent}: {answer}");
            let error = outcome.unwrap_err();
            assert!(!error.is_outcome_unknown(), "{method}: {answer}");
            assert_eq!(server.ids(), [id], "{method}: {answer}");
        }
    }
}

#[tokio::test]
async fn twins_under_losses_each_get_their_own() {
    let acts = [
        Act::DoAndDrop,
        Act::Then(UNAVAILABLE),
        Act::Drop,
        Act::Then(TRUNCATED),
    ];
    let server = Double::start(acts.map(|act| ("POST", act))).await;
    let (webhooks, new, stop) = (server.webhooks(), new(), CancellationToken::new());
    let create = || webhooks.create(&new, &stop);
    let made = tokio::join!(create(), create(), create(), create(), create());
    let mut ids = [made.0, made.1, made.2, made.3, made.4]
        .map(|made| made.unwrap().id)
        .to_vec();
    ids.sort();
    assert_eq!(ids, server.ids());
    assert_eq!(ids.len(), 5);
}

#[tokio::test]
async fn a_twin_whose_answer_is_on_its_way_is_not_adopted() {
    let server = Double::start([("POST", Act::Late), ("POST", Act::Drop)]).await;
    let (webhooks, new, stop) = (server.webhooks(), new(), CancellationToken::new());
    let create = || webhooks.create(&new, &stop);
    let (one, other) = tokio::join!(create(), create());
    let mut ids = [one.unwrap().id, other.unwrap().id];
    ids.sort();
    assert_eq!(ids.as_slice(), server.ids());
}

#[tokio::test]
async fn a_create_is_not_repeated_unless_looking_succeeds() {
    for look in [Act::Instead(CRASHED), Act::Instead(HTML), Act::Hang] {
        let acts = [("POST", Act::DoAndDrop), ("GET", look.clone())];
        let server = Double::start(acts).await;
        let webhooks = server.webhooks_with(|mut settings| {
            settings.connection.request_timeout = Duration::from_millis(300);
            settings.connection.max_retries = 0;
            settings
        });
        let failed = webhooks.create(&new(), &CancellationToken::new()).await;
        let error = failed.unwrap_err();
        assert!(error.is_outcome_unknown(), "{look:?}: {error}");
        assert_eq!((server.count("POST"), server.ids().len()), (1, 1));
    }
}

#[tokio::test]
async fn an_older_twin_is_never_adopted() {
    let server = Double::start([("POST", Act::Instead(UNAVAILABLE))]).await;
    {
        let mut state = server.state.lock().unwrap();
        let body = json!({
            "name": "deploy", "url": "https://ci.example.com/hook", "status": "ACTIVE",
            "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}],
        });
        made(&mut state, body.clone());
        made(&mut state, body);
        let old = state.webhooks[0]["creation_timestamp"].as_u64().unwrap() - 60_000;
        state.webhooks[0]["creation_timestamp"] = old.into();
    }
    let (webhooks, stop) = (server.webhooks(), CancellationToken::new());
    webhooks.get("w2", &stop).await.unwrap();
    let webhook = webhooks.create(&new(), &stop).await.unwrap();
    assert_eq!((webhook.id.as_str(), server.ids().len()), ("w3", 3));
}

#[tokio::test]
async fn more_candidates_than_creates_are_named() {
    let server = Double::start([("POST", Act::DoAndDrop)]).await;
    let body = json!({
        "name": "deploy", "url": "https://ci.example.com/hook", "status": "ACTIVE",
        "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}],
    });
    made(&mut server.state.lock().unwrap(), body);
    let error = server
        .webhooks()
        .create(&new(), &CancellationToken::new())
        .await
        .unwrap_err();
    let ids = vec!["w1".to_owned(), "w2".to_owned()];
    assert_eq!(*error.kind(), ErrorKind::Ambiguous { ids });
    assert!(error.is_outcome_unknown());
}

#[tokio::test]
async fn an_update_without_a_clear_answer_is_looked_at() {
    for (act, patches) in [
        (Act::DoAndDrop, 1),
        (Act::Then(UNAVAILABLE), 1),
        (Act::Then(CRASHED), 1),
        (Act::Drop, 2),
        (Act::Instead(HTML), 2),
    ] {
        let server = Double::start([("PATCH", act.clone())]).await;
        let (webhooks, stop) = (server.webhooks(), CancellationToken::new());
        let id = webhooks.create(&new(), &stop).await.unwrap().id;
        let webhook = webhooks.update(&id, &described("d"), &stop).await.unwrap();
        assert_eq!(webhook.description.as_deref(), Some("d"), "{act:?}");
        assert_eq!(server.count("PATCH"), patches, "{act:?}");
    }
}

#[tokio::test]
async fn a_lost_secret_is_sent_again() {
    let server = Double::start([("PATCH", Act::DoAndDrop)]).await;
    let (webhooks, stop) = (server.webhooks(), CancellationToken::new());
    let id = webhooks.create(&new(), &stop).await.unwrap().id;
    let target = TargetChange::Http {
        url: None,
        enable_ssl_verification: None,
        secret: Some("n3w".into()),
        authorization: None,
    };
    let change = WebhookChange {
        target: Some(target),
        ..WebhookChange::of_status(Status::Active)
    };
    webhooks.update(&id, &change, &stop).await.unwrap();
    assert_eq!(server.count("PATCH"), 2);
}

#[tokio::test]
async fn a_field_that_was_not_taken_over_is_an_error() {
    let server = Double::start([]).await;
    let (webhooks, stop) = (server.webhooks(), CancellationToken::new());
    let id = webhooks.create(&new(), &stop).await.unwrap().id;
    let ignored = json_answer(
        200,
        &json!({ "webhook": server.state.lock().unwrap().webhooks[0] }),
    );
    server
        .state
        .lock()
        .unwrap()
        .acts
        .push_back(("PATCH", Act::Instead(ignored.leak())));
    let error = webhooks
        .update(&id, &described("d"), &stop)
        .await
        .unwrap_err();
    assert_eq!(
        *error.kind(),
        ErrorKind::NotApplied {
            fields: vec!["description"]
        }
    );
}

#[tokio::test]
async fn a_delete_ends_with_the_webhook_gone() {
    for act in [
        Act::Serve,
        Act::DoAndDrop,
        Act::Drop,
        Act::Instead(UNAVAILABLE),
        Act::Then(HTML),
    ] {
        let server = Double::start([("DELETE", act.clone())]).await;
        let (webhooks, stop) = (server.webhooks(), CancellationToken::new());
        let id = webhooks.create(&new(), &stop).await.unwrap().id;
        webhooks.delete(&id, &stop).await.unwrap();
        assert!(server.ids().is_empty(), "{act:?}");
        webhooks.delete(&id, &stop).await.unwrap();
    }
}

#[tokio::test]
async fn a_throttled_call_waits_as_long_as_asked() {
    let server = Double::start([("POST", Act::Instead(THROTTLED))]).await;
    let begun = Instant::now();
    server
        .webhooks()
        .create(&new(), &CancellationToken::new())
        .await
        .unwrap();
    // The server asks for a second; the test's pace allows 60 ms of it.
    assert!(begun.elapsed() >= Duration::from_millis(60));
    assert_eq!((server.count("POST"), server.ids().len()), (2, 1));
}

#[tokio::test]
async fn reads_are_repeated_until_the_budget_is_spent() {
    let server = Double::start([
        ("GET", Act::Drop),
        ("GET", Act::Instead(UNAVAILABLE)),
        ("GET", Act::Instead(TRUNCATED)),
    ])
    .await;
    let stop = CancellationToken::new();
    assert!(server.webhooks().list(&stop).await.unwrap().is_empty());
    assert_eq!(server.count("GET"), 4);

    let server = Double::start(vec![("GET", Act::Instead(UNAVAILABLE)); 9]).await;
    let webhooks = server.webhooks_with(|mut settings| {
        settings.connection.max_retries = 2;
        settings
    });
    let error = webhooks.list(&stop).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), server.count("GET")),
        (&ErrorKind::Server, Some(503), 3)
    );
}

#[tokio::test]
async fn a_refused_port_and_an_unknown_host_are_told_apart() {
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    for (address, kind) in [
        (format!("http://{free}"), ErrorKind::Refused),
        (
            "http://no-such-host.invalid".to_owned(),
            ErrorKind::UnknownHost,
        ),
    ] {
        let webhooks = Webhooks::of(Server::mlflow_at(Settings::new(address), quick()).unwrap());
        let error = webhooks
            .create(&new(), &CancellationToken::new())
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.is_outcome_unknown()),
            (&kind, false),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_page_of_html_and_a_redirect_are_no_registry() {
    let stop = CancellationToken::new();
    let server =
        Double::start([("GET", Act::Instead(HTML)), ("GET", Act::Instead(REDIRECT))]).await;
    let error = server.webhooks().get("w1", &stop).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (&ErrorKind::ForeignAnswer, Some("login"))
    );
    let error = server.webhooks().get("w1", &stop).await.unwrap_err();
    let location = Some("https://other.example/x".to_owned());
    assert_eq!(*error.kind(), ErrorKind::Redirected { location });
}

#[tokio::test]
async fn not_found_is_believed_only_of_a_workspace_that_answers() {
    let stop = CancellationToken::new();
    let in_workspace = |settings| Settings {
        workspace: Some("team".to_owned()),
        ..settings
    };
    let server = Double::start([]).await;
    let error = server
        .webhooks_with(in_workspace)
        .get("w1", &stop)
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    assert!(server.state.lock().unwrap().bodies[0].contains("x-mlflow-workspace: team"));
    assert_eq!(server.count("GET"), 2);

    let server = Double::start(vec![("GET", Act::Instead(NOT_FOUND)); 2]).await;
    let error = server
        .webhooks_with(in_workspace)
        .get("w1", &stop)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::UnknownWorkspace);
    let server = Double::start([
        ("DELETE", Act::Instead(NOT_FOUND)),
        ("GET", Act::Instead(NOT_FOUND)),
    ])
    .await;
    let error = server
        .webhooks_with(in_workspace)
        .delete("w1", &stop)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::UnknownWorkspace);
}

#[tokio::test]
async fn bodies_are_never_chunked() {
    let server = Double::start([]).await;
    server
        .webhooks()
        .create(&new(), &CancellationToken::new())
        .await
        .unwrap();
    let head = server.state.lock().unwrap().bodies[0].clone();
    assert!(
        head.contains("content-length: ") && !head.contains("transfer-encoding"),
        "{head}"
    );
}

#[tokio::test]
async fn a_stop_ends_reads_at_once_and_gives_writes_their_grace() {
    for (method, least, unknown) in [("GET", 0, false), ("POST", 300, true)] {
        let server = Double::start([(method, Act::Hang)]).await;
        let (webhooks, stop) = (server.webhooks(), CancellationToken::new());
        let halt = async {
            while server.count(method) == 0 {
                tokio::task::yield_now().await;
            }
            stop.cancel();
            Instant::now()
        };
        let create = async {
            match method {
                "GET" => webhooks.list(&stop).await.map(|_| ()),
                _ => webhooks.create(&new(), &stop).await.map(|_| ()),
            }
        };
        let (result, stopped) = tokio::join!(create, halt);
        let error = result.unwrap_err();
        assert!(error.is_stopped());
        assert_eq!(error.is_outcome_unknown(), unknown, "{method}");
        assert!(
            stopped.elapsed() >= Duration::from_millis(least),
            "{method}"
        );
        assert!(
            stopped.elapsed() < Duration::from_millis(least + 900),
            "{method}"
        );
    }
}

#[tokio::test]
async fn a_list_that_does_not_end_is_an_error() {
    const PAGE: &str = "HTTP/1.1 200 X\r\ncontent-length: 40\r\nconnection: close\r\n\r\n{\"webhooks\":[],\"next_page_token\":\"same\"} ";
    let server = Double::start(vec![("GET", Act::Instead(PAGE)); 9]).await;
    let error = server
        .webhooks()
        .list(&CancellationToken::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), server.count("GET")),
        (&ErrorKind::ForeignAnswer, 2)
    );
}
