//! Each fault, seen from the client and from the server.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{
    Case, cases,
    http::{Request, Response},
    mlflow::Server,
    proxy::{Fault, Loss, Proxy},
    rest::Rest,
    unique, wait_for,
};

const WEBHOOKS: &str = "/api/2.0/mlflow/webhooks";
const LIMIT: Duration = Duration::from_secs(20);
/// Long enough for an answer that is there.
const MOMENT: Duration = Duration::from_millis(300);

pub fn cases() -> Vec<Case> {
    cases![
        forwards_and_remembers,
        answers_instead_of_the_server,
        answers_after_the_server_has_acted,
        closes_resets_and_truncates,
        delays,
        hangs_for_as_long_as_the_client_waits,
        slows_an_answer_down_and_leaves_nothing_out,
        answers_with_garbage,
        answers_with_as_many_octets_as_asked,
        changes_the_real_answer,
        refuses_connections,
        exposes_to_weather_until_healed,
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

fn hangs_for_as_long_as_the_client_waits() {
    let proxy = Proxy::start(Server::shared().address());
    for (fault, arrived) in [
        (Fault::Instead(Loss::Hang), 0),
        (Fault::Afterwards(Loss::Hang), 1),
    ] {
        let name = unique("hang");
        proxy.inject("POST", WEBHOOKS, 1, fault);
        let mut stream = TcpStream::connect(proxy.address()).unwrap();
        let body = webhook(&name).to_string();
        let head = format!("POST {WEBHOOKS} HTTP/1.1\r\nContent-Type: application/json");
        write!(
            stream,
            "{head}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        wait_for("the request", LIMIT, || {
            let all = Server::shared().rest().webhooks_named(&name);
            (proxy.count("POST", WEBHOOKS) > 0 && all.len() == arrived).then_some(())
        });
        stream.set_read_timeout(Some(MOMENT)).unwrap();
        let error = stream.read(&mut [0]).expect_err("there is no answer");
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
        proxy.clear();
    }
}

fn slows_an_answer_down_and_leaves_nothing_out() {
    let proxy = Proxy::start(Server::shared().address());
    let (name, pause) = (unique("slow"), Duration::from_millis(1));
    proxy.inject("POST", WEBHOOKS, 1, Fault::Afterwards(Loss::Slow(pause)));
    let began = Instant::now();
    let answer = send(&proxy, &name).unwrap();
    assert_eq!(answer.json()["webhook"]["name"], name);
    let octets = u32::try_from(answer.body.len()).unwrap();
    assert!(began.elapsed() >= pause * octets);
}

fn answers_with_garbage() {
    let proxy = Proxy::start(Server::shared().address());
    let name = unique("garbage");
    proxy.inject("POST", WEBHOOKS, 1, Fault::Afterwards(Loss::Garbage));
    let error = send(&proxy, &name).expect_err("that is no HTTP");
    assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{error}");
    Server::shared().rest().webhook_named(&name);
}

fn answers_with_as_many_octets_as_asked() {
    let proxy = Proxy::start(Server::shared().address());
    let (name, length) = (unique("huge"), 3 << 20);
    proxy.inject("POST", WEBHOOKS, 1, Fault::Afterwards(Loss::Huge(length)));
    let answer = send(&proxy, &name).unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, length));
    Server::shared().rest().webhook_named(&name);
}

fn changes_the_real_answer() {
    let proxy = Proxy::start(Server::shared().address());
    let name = unique("changed");
    let change = Loss::Changed(|real| Response {
        status: real.status + 1,
        body: [b"spoilt ", real.body.as_slice()].concat(),
        ..real
    });
    proxy.inject("POST", WEBHOOKS, 1, Fault::Afterwards(change));
    let answer = send(&proxy, &name).unwrap();
    let text = answer.text();
    assert_eq!(answer.status, 201);
    assert!(
        text.starts_with("spoilt {") && text.contains(&name),
        "{text}"
    );
    Server::shared().rest().webhook_named(&name);
}

fn refuses_connections() {
    let mut proxy = Proxy::start(Server::shared().address());
    send(&proxy, &unique("accepted")).unwrap();
    proxy.refuse();
    let error = send(&proxy, &unique("refused")).expect_err("no one listens");
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused, "{error}");
}

fn exposes_to_weather_until_healed() {
    let proxy = Proxy::start(Server::shared().address());
    proxy.expose(Box::new(|request| {
        let answer = Response::html(418, &request.method);
        Some(Fault::Instead(Loss::Answer(answer)))
    }));
    let rule = Fault::Instead(Loss::Answer(Response::html(503, "")));
    proxy.inject("POST", WEBHOOKS, 1, rule);
    let statuses = || send(&proxy, &unique("weather")).unwrap().status;
    assert_eq!([statuses(), statuses(), statuses()], [503, 418, 418]);
    proxy.heal();
    assert_eq!(statuses(), 200);
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
