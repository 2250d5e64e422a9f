//! Each fault, seen from the client and from the server.

use std::io;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::http::{Request, Response};
use crate::support::mlflow::Server;
use crate::support::proxy::{Fault, Loss, Proxy};
use crate::support::rest::Rest;
use crate::support::{Case, cases, unique};

const WEBHOOKS: &str = "/api/2.0/mlflow/webhooks";

pub fn cases() -> Vec<Case> {
    cases![
        forwards_and_remembers,
        answers_instead_of_the_server,
        answers_after_the_server_has_acted,
        closes_resets_and_truncates,
        delays,
    ]
}

fn forwards_and_remembers() {
    let proxy = Proxy::start(Server::shared().address());
    let name = unique("forwarded");
    Rest::new(proxy.address(), "").create_webhook(&webhook(&name));
    Server::shared().rest().webhook_named(&name);
    assert_eq!(proxy.count("POST", WEBHOOKS), 1);
    assert_eq!(proxy.requests()[0].json()["name"], name);
    proxy.clear();
    assert_eq!(proxy.requests().len(), 0);
}

fn answers_instead_of_the_server() {
    let proxy = Proxy::start(Server::shared().address());
    let name = unique("instead");
    let page = Response::html(503, "Back soon");
    proxy.inject("POST", WEBHOOKS, 1, Fault::Instead(Loss::Answer(page)));
    assert_eq!(send(&proxy, &name).unwrap().status, 503);
    assert_eq!(Server::shared().rest().webhooks_named(&name).len(), 0);
    assert_eq!(send(&proxy, &name).unwrap().status, 200, "one time only");
}

fn answers_after_the_server_has_acted() {
    let proxy = Proxy::start(Server::shared().address());
    let name = unique("afterwards");
    let error = Response::json_error(500, "INTERNAL_ERROR", "").with_header("Retry-After", "1");
    proxy.inject("POST", WEBHOOKS, 1, Fault::Afterwards(Loss::Answer(error)));
    assert_eq!(send(&proxy, &name).unwrap().status, 500);
    Server::shared().rest().webhook_named(&name);
}

fn closes_resets_and_truncates() {
    let proxy = Proxy::start(Server::shared().address());
    for (loss, kind) in [
        (Loss::Close, io::ErrorKind::UnexpectedEof),
        (Loss::Reset, io::ErrorKind::ConnectionReset),
        (Loss::Truncate, io::ErrorKind::UnexpectedEof),
    ] {
        let name = unique("lost");
        proxy.inject("POST", WEBHOOKS, 1, Fault::Afterwards(loss.clone()));
        let error = send(&proxy, &name).expect_err("the answer is lost");
        assert_eq!(error.kind(), kind, "{loss:?}: {error}");
        Server::shared().rest().webhook_named(&name);
    }
}

fn delays() {
    let proxy = Proxy::start(Server::shared().address());
    let delay = Duration::from_millis(300);
    proxy.inject("POST", WEBHOOKS, 5, Fault::Late(delay));
    let began = Instant::now();
    send(&proxy, &unique("late")).unwrap();
    assert!(began.elapsed() >= delay);
    proxy.heal();
    let began = Instant::now();
    send(&proxy, &unique("healed")).unwrap();
    assert!(began.elapsed() < 10 * delay);
}

fn send(proxy: &Proxy, name: &str) -> io::Result<Response> {
    Request::new("POST", WEBHOOKS, webhook(name).to_string())
        .header("Content-Type", "application/json")
        .send(proxy.address())
}

fn webhook(name: &str) -> Value {
    let events = json!([{"entity": "MODEL_VERSION", "action": "CREATED"}]);
    json!({"name": name, "url": "http://127.0.0.1:9/", "events": events})
}
