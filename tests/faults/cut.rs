//! Cuts: every request of an operation struck by itself, for every type of resource. What an operation
//! sends is counted in a clean run first, so a type of many requests is cut after each of them.

use std::{fmt, time::Duration};

use super::{
    at_once::expect_no_problem,
    cell::says,
    entity::{Entity, Operation, entities},
    registry::{Kind, Patience},
    trial::{Trial, expect_nothing_leaked},
};
use crate::support::{
    Case, cases,
    client::{Client, Outcome},
    feature::Feature,
    host::run,
    http::{Request, Response},
    proxy::{Fault, Loss},
};

/// Longer than any of them takes.
const LIMIT: Duration = Duration::from_secs(90);

const OPERATIONS: [Operation; 4] = [
    Operation::Create,
    Operation::Read,
    Operation::Update,
    Operation::Delete,
];

pub fn cases() -> Vec<Case> {
    cases![
        every_request_can_be_cut_on_mlflow,
        every_request_can_be_cut_on_a_server_with_logins,
        every_request_can_be_cut_on_databricks
    ]
}

fn every_request_can_be_cut_on_mlflow() {
    every_request_can_be_cut(Kind::Mlflow);
}

fn every_request_can_be_cut_on_a_server_with_logins() {
    if Feature::Roles.is_there() {
        every_request_can_be_cut(Kind::Logins);
    }
}

fn every_request_can_be_cut_on_databricks() {
    every_request_can_be_cut(Kind::Databricks);
}

fn every_request_can_be_cut(kind: Kind) {
    let cuts = entities(kind).flat_map(|entity| {
        let mut operations = OPERATIONS.to_vec();
        operations.retain(|it| (entity.request)(*it, kind).is_some());
        let operations = operations.into_iter();
        operations.flat_map(move |operation| Cut::all_of(entity, kind, operation))
    });
    expect_no_problem(&format!("cuts on {kind:?}"), cuts.collect(), Cut::problem);
}

/// One request of an operation, and what it suffers.
struct Cut {
    entity: &'static Entity,
    kind: Kind,
    operation: Operation,
    /// Which of the operation's requests, from 0.
    request: usize,
    harm: Harm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm {
    /// It is lost, and all is well again.
    Lost,
    /// The registry acts, its answer is lost, and all is well again.
    Unanswered,
    /// It is lost, and so is everything after it.
    Dead,
    /// The registry acts, its answer is lost, and so is everything after it.
    DeadAfter,
    /// It is refused, in no words of the registry's.
    Refused,
    /// The registry fails at it.
    Crashed,
    /// Something else answers it.
    Foreign,
}

impl Harm {
    const ALL: [Self; 7] = [
        Self::Lost,
        Self::Unanswered,
        Self::Dead,
        Self::DeadAfter,
        Self::Refused,
        Self::Crashed,
        Self::Foreign,
    ];

    /// What becomes of a request that comes so long after the one that is struck.
    fn at(self, later: usize) -> Option<Fault> {
        let instead = |answer| Some(Fault::Instead(Loss::Answer(answer)));
        match (self, later) {
            (Self::Lost, 0) | (Self::Dead, _) => Some(Fault::Instead(Loss::Close)),
            (Self::Unanswered | Self::DeadAfter, 0) => Some(Fault::Afterwards(Loss::Close)),
            (Self::DeadAfter, _) => Some(Fault::Instead(Loss::Close)),
            (Self::Refused, 0) => instead(Response::html(403, "No")),
            (Self::Crashed, 0) => instead(Response::json_error(500, "INTERNAL_ERROR", "oops")),
            (Self::Foreign, 0) => instead(Response::html(200, "Sign in")),
            _ => None,
        }
    }

    /// Whether the operation succeeds all the same; `None` where that depends on the request.
    fn is_overcome(self, request: &Request) -> Option<bool> {
        match self {
            Self::Lost | Self::Unanswered => Some(true),
            Self::Dead | Self::DeadAfter => Some(false),
            // What is only asked about the server, such as its version, need not be known.
            _ if !is_about_objects(&request.path) => None,
            Self::Refused | Self::Crashed => Some(false),
            // A write is looked after and repeated, a read is not.
            Self::Foreign => Some(request.method != "GET"),
        }
    }
}

/// Not about the server itself.
fn is_about_objects(path: &str) -> bool {
    path.starts_with("/api/2.0/") || path.contains("/gateway/")
}

impl Cut {
    fn all_of(entity: &'static Entity, kind: Kind, operation: Operation) -> Vec<Self> {
        let requests = clean(entity, kind, operation).len();
        assert!(requests > 0, "{} {operation:?}", entity.type_name);
        let each = (0..requests).flat_map(|request| Harm::ALL.map(|harm| (request, harm)));
        let cut = |(request, harm)| Self {
            entity,
            kind,
            operation,
            request,
            harm,
        };
        each.map(cut).collect()
    }

    fn problem(&self) -> Option<String> {
        let (outcome, requests) = perform(self.entity, self.kind, self.operation, Some(self));
        let Some(struck) = requests.get(self.request) else {
            return Some("the operation sent fewer requests than in its clean run".to_owned());
        };
        let succeeded = says(&outcome) == "done";
        let expected = self.harm.is_overcome(struck);
        let differs = expected.is_some_and(|expected| expected != succeeded);
        differs.then(|| format!("{} {}: {outcome:?}", struck.method, struck.path))
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, kind, operation) = (self.entity.type_name, self.kind, self.operation);
        let (number, harm) = (self.request + 1, self.harm);
        write!(
            f,
            "{kind:?} {name} {operation:?}, request {number}: {harm:?}"
        )
    }
}

/// The requests that the operation sends when nothing goes wrong.
fn clean(entity: &'static Entity, kind: Kind, operation: Operation) -> Vec<Request> {
    let (outcome, requests) = perform(entity, kind, operation, None);
    assert_eq!(says(&outcome), "done", "{} {operation:?}", entity.type_name);
    requests
}

/// Performs the operation, struck or not: what it came to, and what it sent. Panics when state and registry differ
/// without a word, when the next apply does not make it good, or when a secret got out.
fn perform(
    entity: &'static Entity,
    kind: Kind,
    operation: Operation,
    cut: Option<&Cut>,
) -> (Outcome, Vec<Request>) {
    run(async {
        let trial = Trial::new(entity, kind);
        let end = tokio::time::timeout(LIMIT, strike(&trial, operation, cut)).await;
        trial.tidy();
        end.unwrap_or_else(|_| panic!("no end within {LIMIT:?}"))
    })
}

async fn strike(trial: &Trial, operation: Operation, cut: Option<&Cut>) -> (Outcome, Vec<Request>) {
    let (registry, type_name) = (&trial.registry, trial.entity.type_name);
    let patience = Patience {
        seconds: 30,
        retries: 1,
    };
    let block = registry.provider(&registry.proxy.url(), patience, false);
    let client = Client::start(registry.command(), &block).await;
    let held = trial.made(operation, &mut client.caller(type_name)).await;
    registry.proxy.clear();
    if let Some(Cut { request, harm, .. }) = cut {
        let (struck, harm, mut seen) = (*request, *harm, 0_usize);
        registry.proxy.expose(Box::new(move |_| {
            let later = seen.checked_sub(struck);
            seen += 1;
            harm.at(later?)
        }));
    }
    let caller = client.caller(type_name);
    let outcome = trial.act(operation, caller, held.as_ref()).await;
    let requests = registry.proxy.requests();
    trial.expect_truth(operation, held.as_ref(), &outcome);
    registry.proxy.heal();
    let caller = client.caller(type_name);
    trial.converge(operation, caller, &outcome).await;
    expect_nothing_leaked(&client.end().await, &outcome);
    (outcome, requests)
}
