//! No credential gets out, wherever it is kept and however much is logged: not when all goes well, and
//! not when every answer repeats what was asked.

use std::{fmt::Write as _, sync::Mutex, thread};

use terraform_provider_mlflow::wire::Value;

use super::places::{ALL, CANARY, Home, Place};
use crate::support::{
    Case, cases,
    client::{Caller, Client, Outcome, is_failure},
    host::run,
    http::{Request, Response},
    proxy::{Fault, Loss, Proxy},
    unique,
};

/// Everything that `TF_LOG` can be.
const LEVELS: [&str; 7] = ["OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "JSON"];

/// Each waits for a process far more than it computes.
const AT_ONCE: usize = 8;

pub fn cases() -> Vec<Case> {
    cases![no_credential_gets_out_from_any_place_at_any_level]
}

fn no_credential_gets_out_from_any_place_at_any_level() {
    let all = ALL.iter().flat_map(|it| LEVELS.map(|level| (it, level)));
    let queue = Mutex::new(all);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((place, level)) = queue.lock().unwrap().next() else {
                        return;
                    };
                    tell_nothing(place, level);
                }
            });
        }
    });
    let (places, levels) = (ALL.len(), LEVELS.len());
    eprintln!(
        "{places} places at {levels} levels, {} echoes each",
        2 * SHAPES.len() + 2
    );
}

fn tell_nothing(place: &Place, level: &str) {
    let home = Home::of(place);
    let label = format!("{} at {level}", place.name);
    let mut command = home.command();
    command.env("TF_LOG", level);
    let mut told = String::new();
    let printed = run(async {
        let block = Value::object(home.block.clone());
        let client = Client::start(command, &block).await;
        let _ = write!(told, "{:?}", client.warnings);
        live(&home, &label, &mut client.twin(), &mut told).await;
        client.end().await
    });
    let is_telling = ["DEBUG", "TRACE", "JSON"].contains(&level);
    let is_told = printed.stderr.contains("registry answered");
    assert_eq!(is_told, is_telling, "{label}: {}", printed.stderr);
    let _ = write!(told, "{}{}", printed.stdout, printed.stderr);
    for secret in secrets(&home) {
        let at = told.find(&secret).map(|at| &told[at.saturating_sub(300)..]);
        assert!(
            at.is_none(),
            "{label}: {secret} got out: {:.500}",
            at.unwrap_or_default()
        );
    }
}

/// What is kept, and what was made of it on the way.
fn secrets(home: &Home) -> Vec<String> {
    let mut all = vec![CANARY.to_owned()];
    all.extend(home.secrets.iter().cloned());
    let requests = [home.registry.proxy.requests(), home.idp.requests()].concat();
    for request in requests {
        let header = request.headers.get("authorization").unwrap_or_default();
        all.extend(header.split_once(' ').map(|(_, value)| value.to_owned()));
    }
    all
}

/// A webhook's life, with an echo for every answer at first, then to each of its requests.
async fn live(home: &Home, label: &str, caller: &mut Caller, told: &mut String) {
    let (registry, mark) = (&home.registry, unique("canary"));
    // The mark shows in plain places.
    let mark = mark.replace(CANARY, "place");
    let config = |description: &str| registry.webhook(&mark, description);
    for shape in SHAPES {
        repeat(&registry.proxy, shape);
        repeat(&home.idp, shape);
        let failed = caller.apply(None, Some(&config("new"))).await;
        expect(&failed, false, label, told);
        assert!(failed.held.is_none(), "{label}");
    }
    registry.proxy.heal();
    home.please_idp();
    let made = caller.apply(None, Some(&config("new"))).await;
    expect(&made, true, label, told);
    if let Some(shown) = home.authorization {
        let requests = registry.proxy.requests();
        let found = requests
            .iter()
            .any(|it| it.headers.get("authorization") == Some(shown));
        assert!(found, "{label}: the credential was not used");
    }
    let held = made.held.as_ref();
    for shape in SHAPES {
        repeat(&registry.proxy, shape);
        let failed = caller.apply(held, Some(&config("other"))).await;
        expect(&failed, false, label, told);
    }
    let failed = caller.read(held.unwrap()).await;
    expect(&failed, false, label, told);
    let failed = caller.apply(held, None).await;
    expect(&failed, false, label, told);
    registry.proxy.heal();
    let read = caller.read(held.unwrap()).await;
    expect(&read, true, label, told);
    expect(&caller.apply(held, None).await, true, label, told);
    assert_eq!(registry.found(&mark), [], "{label}");
}

fn expect(outcome: &Outcome, success: bool, label: &str, told: &mut String) {
    let failed = is_failure(&outcome.diagnostics);
    assert_eq!(failed, !success, "{label}: {:?}", outcome.diagnostics);
    let _ = write!(told, "{:?}", outcome.diagnostics);
    // Of a webhook's URL the whole is in the state, as of every plain argument.
    let state = format!("{:?}", outcome.held.as_ref().map(|it| &it.value));
    let _ = write!(told, "{}", state.replace("?key=canary-query", ""));
}

/// Every request is answered by an echo of it from now on.
fn repeat(proxy: &Proxy, shape: Shape) {
    proxy.expose(Box::new(move |request| {
        let answer = shape(&echo(request));
        // A failure of who hands out tokens is waited for, a minute long.
        let is_patient = answer.status >= 500 && !request.path.starts_with("/api/");
        (!is_patient).then_some(Fault::Instead(Loss::Answer(answer)))
    }));
}

/// The request as it was read, and as whoever decodes it would put it.
fn echo(request: &Request) -> String {
    let headers: Vec<_> = request
        .headers
        .0
        .iter()
        .map(|(_, it)| it.as_str())
        .collect();
    let body = String::from_utf8_lossy(&request.body);
    let form = url::form_urlencoded::parse(&request.body);
    let form: Vec<_> = form.map(|(_, value)| value.into_owned()).collect();
    let form = if body.starts_with('{') {
        String::new()
    } else {
        form.join(" ")
    };
    format!("{} {} {form} {body}", headers.join(" "), request.path)
}

type Shape = fn(&str) -> Response;

/// The ways in which an answer can repeat what was asked.
const SHAPES: [Shape; 8] = [
    |echo| Response::new(400, "text/plain", echo),
    |echo| Response::html(200, echo),
    |echo| Response::html(403, &format!("<pre>{echo}</pre>")),
    |echo| Response::json_error(401, "UNAUTHENTICATED", echo),
    |echo| Response::json_error(400, echo, "no"),
    |echo| Response::json_error(500, "INTERNAL_ERROR", echo),
    |echo| {
        let body = serde_json::json!({"error": echo, "error_description": echo});
        Response::new(400, "application/json", body.to_string())
    },
    |echo| {
        let to = format!("http://127.0.0.1:9/{}", echo.replace(['\r', '\n'], ""));
        Response::html(302, "").with_header("Location", &to)
    },
];
