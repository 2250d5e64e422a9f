//! The faults, each with the class that its end depends on.

use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::support::{http::Response, proxy::Loss, random};

/// One thing that goes wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    pub name: String,
    pub class: Class,
    pub way: Way,
    /// Whether the registry can have acted all the same.
    pub hides_success: bool,
}

#[derive(Clone, Debug)]
pub enum Way {
    /// The answer fares like this.
    Answer(Loss),
    /// Nothing listens.
    Refuse,
    /// TLS with a certificate of no known authority.
    Certificate,
    /// Answers are dated by a clock that is so many seconds ahead; the operation's own is lost.
    Clock(i64),
    /// As an answer, and while the provider waits, the host stops it.
    Stopped(Loss),
}

/// What faults have in common for whoever has to deal with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// No connection.
    Refused,
    /// No proof of who is there.
    Untrusted,
    /// A connection that breaks.
    Lost,
    /// No whole answer in time.
    Silent,
    /// A success that is none of the registry's.
    Unreadable,
    /// A success of more octets than are read.
    Huge,
    /// A list without an end.
    Endless,
    /// A list that goes round.
    Circular,
    /// A refusal in no words of the registry's.
    Page(u16),
    /// A failure of the server.
    Failed,
    /// A failure of what is before the server.
    Unavailable,
    /// A gateway that has waited for too long, so that the server may still be at it.
    Overdue,
    /// Too many requests.
    Throttled,
    /// Too many requests, and a stop while waiting.
    Stopped,
    /// Elsewhere.
    Redirected,
    /// A wrong clock.
    Misdated,
}

pub fn faults() -> Vec<Fault> {
    let connections = [
        ("refuse", Class::Refused, Way::Refuse, false),
        (
            "wrong certificate",
            Class::Untrusted,
            Way::Certificate,
            false,
        ),
        ("reset", Class::Lost, Way::Answer(Loss::Reset), true),
        ("close", Class::Lost, Way::Answer(Loss::Close), true),
        ("truncate", Class::Lost, Way::Answer(Loss::Truncate), true),
        ("garbage", Class::Lost, Way::Answer(Loss::Garbage), true),
        ("hang", Class::Silent, Way::Answer(Loss::Hang), true),
        ("slow body", Class::Silent, slow(), true),
        (
            "400 MB",
            Class::Huge,
            Way::Answer(Loss::Huge(400 << 20)),
            true,
        ),
        (
            "clock a day ahead",
            Class::Misdated,
            Way::Clock(86_400),
            true,
        ),
        (
            "clock a day behind",
            Class::Misdated,
            Way::Clock(-86_400),
            true,
        ),
    ];
    let mut all: Vec<Fault> = connections
        .into_iter()
        .map(|(name, class, way, hides_success)| Fault {
            name: name.to_owned(),
            class,
            way,
            hides_success,
        })
        .collect();
    all.extend(spoilt());
    all.extend(refused());
    all.extend(throttled());
    all
}

/// The first fault of each class.
pub fn one_of_each_class() -> Vec<Fault> {
    let mut all: Vec<Fault> = Vec::new();
    for fault in faults() {
        if all.iter().all(|it| it.class != fault.class) {
            all.push(fault);
        }
    }
    all
}

/// So slow that no answer is whole in time.
fn slow() -> Way {
    Way::Answer(Loss::Slow(Duration::from_secs(1)))
}

/// Successes that say something else than the registry would.
fn spoilt() -> Vec<Fault> {
    type Spoil = fn(Response) -> Response;
    let spoilt: [(&str, Class, Spoil); 6] = [
        ("empty 200", Class::Unreadable, |real| Response {
            body: Vec::new(),
            ..real
        }),
        ("wrong types", Class::Unreadable, |_| wrong_types()),
        ("half of the JSON", Class::Unreadable, |real| Response {
            body: real.body[..real.body.len() / 2].to_vec(),
            ..real
        }),
        ("HTML 200", Class::Unreadable, |_| {
            Response::html(200, "Sign in")
        }),
        ("endless pages", Class::Endless, |real| {
            page(real, &random().to_string())
        }),
        ("the same page again", Class::Circular, |real| {
            page(real, "again")
        }),
    ];
    let spoilt = spoilt.into_iter();
    let spoilt = spoilt.map(|(name, class, change)| Fault {
        name: name.to_owned(),
        class,
        way: Way::Answer(Loss::Changed(change)),
        hides_success: true,
    });
    spoilt.collect()
}

/// The shape of every answer of both registries, with other types in it.
fn wrong_types() -> Response {
    let webhook = json!({"webhook_id": 1, "id": 1, "events": {}, "creation_timestamp": "now"});
    let body = json!({
        "webhook": webhook, "webhooks": [webhook], "next_page_token": 7, "result": [],
        "status_code": "all", "access_token": {}, "expires_in": []
    });
    Response::new(200, "application/json", body.to_string())
}

fn page(real: Response, token: &str) -> Response {
    let body = json!({
        "webhooks": [], "registered_models": [], "model_versions": [], "experiments": [],
        "budget_policies": [], "next_page_token": token
    });
    Response {
        status: 200,
        body: body.to_string().into(),
        ..real
    }
}

/// Statuses without the registry's words, from whoever stands in between.
fn refused() -> Vec<Fault> {
    let mut all = Vec::new();
    for status in [400, 401, 403, 404] {
        let page = Response::html(status, "No");
        all.push(answered(
            format!("HTML {status}"),
            Class::Page(status),
            page,
            false,
        ));
    }
    for status in [500, 502, 503, 504] {
        let class = match status {
            500 => Class::Failed,
            504 => Class::Overdue,
            _ => Class::Unavailable,
        };
        let page = Response::html(status, "Oops");
        all.push(answered(format!("HTML {status}"), class, page, true));
        let words = Response::json_error(status, "INTERNAL_ERROR", "oops");
        all.push(answered(format!("JSON {status}"), class, words, true));
    }
    for (name, to) in [
        ("itself", ""),
        ("another host", "http://elsewhere.invalid/x"),
    ] {
        let to = Response::html(307, "").with_header("Location", to);
        all.push(answered(
            format!("redirect to {name}"),
            Class::Redirected,
            to,
            false,
        ));
    }
    all
}

/// 429 with every kind of advice.
fn throttled() -> Vec<Fault> {
    let busy = || Response::json_error(429, "REQUEST_LIMIT_EXCEEDED", "slower");
    let past = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH);
    let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2));
    let mut all = vec![answered("429".to_owned(), Class::Throttled, busy(), false)];
    for advice in [
        "1",
        "-5",
        "0.5",
        "99999999999999999999999999",
        "soon",
        &past,
        &soon,
    ] {
        let answer = busy().with_header("Retry-After", advice);
        all.push(answered(
            format!("429, after {advice:?}"),
            Class::Throttled,
            answer,
            false,
        ));
    }
    for advice in ["999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let answer = busy().with_header("Retry-After", advice);
        let fault = answered(
            format!("429, after {advice:?}"),
            Class::Stopped,
            answer.clone(),
            false,
        );
        all.push(Fault {
            way: Way::Stopped(Loss::Answer(answer)),
            ..fault
        });
    }
    all
}

fn answered(name: String, class: Class, answer: Response, hides_success: bool) -> Fault {
    Fault {
        name,
        class,
        way: Way::Answer(Loss::Answer(answer)),
        hides_success,
    }
}

/// The answer as a clock that is so many seconds ahead would date it.
pub fn dated(seconds: i64) -> fn(Response) -> Response {
    fn moved(answer: Response, by: impl Fn(SystemTime) -> SystemTime) -> Response {
        answer.with_header("Date", &httpdate::fmt_http_date(by(SystemTime::now())))
    }
    const DAY: Duration = Duration::from_secs(86_400);
    if seconds > 0 {
        |answer| moved(answer, |now| now + DAY)
    } else {
        |answer| moved(answer, |now| now - DAY)
    }
}
