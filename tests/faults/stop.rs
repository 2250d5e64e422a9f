//! Ctrl-C in the middle: waiting ends within a second, a write that is out gets some more seconds,
//! what is in state is true, and the next apply ends where this one should have.

use std::time::{Duration, Instant};

use super::{
    entities::model_version::MODEL_VERSION,
    entity::Operation,
    registry::{Kind, Patience, Registry},
    trial::Trial,
};
use crate::support::{
    Case, cases,
    client::{Client, Held, Outcome},
    host::run,
    http::Response,
    proxy::{Fault, Loss},
    unique,
};

const PATIENT: Patience = Patience {
    seconds: 60,
    retries: 7,
};
const SECOND: Duration = Duration::from_secs(1);

pub fn cases() -> Vec<Case> {
    cases![
        a_stop_waits_for_a_create_that_is_out,
        a_stop_gives_up_a_create_that_never_answers_and_says_so,
        a_stop_ends_a_backoff,
        a_stop_ends_a_token_request,
        a_stop_ends_the_wait_for_a_registration,
        a_killed_provider_is_made_good_by_the_next_apply,
    ]
}

fn a_stop_waits_for_a_create_that_is_out() {
    for kind in [Kind::Mlflow, Kind::Databricks] {
        let slow = Fault::Late(Duration::from_secs(2));
        let stopped = stopped(kind, ("POST", "mlflow/"), slow, false);
        assert!(stopped.took < Duration::from_secs(5), "{:?}", stopped.took);
        assert!(
            stopped.outcome.diagnostics.is_empty(),
            "{:?}",
            stopped.outcome
        );
        let found = stopped.registry.found(&stopped.mark);
        assert_eq!(found.len(), 1);
        assert_eq!(stopped.outcome.held.as_ref().unwrap().id(), found[0].id);
        stopped.expect_the_next_apply_to_converge();
    }
}

fn a_stop_gives_up_a_create_that_never_answers_and_says_so() {
    let hang = Fault::Instead(Loss::Hang);
    let stopped = stopped(Kind::Mlflow, ("POST", "mlflow/"), hang, false);
    let limit = Duration::from_secs(9)..Duration::from_secs(12);
    assert!(limit.contains(&stopped.took), "{:?}", stopped.took);
    let told = &stopped.outcome.diagnostics[0];
    assert_eq!(told.summary, "Stopped");
    assert!(
        told.detail.contains("Look at the registry's webhooks"),
        "{told:?}"
    );
    stopped.expect_the_next_apply_to_converge();
}

fn a_stop_ends_a_backoff() {
    for kind in [Kind::Mlflow, Kind::Databricks] {
        let busy = Response::json_error(429, "REQUEST_LIMIT_EXCEEDED", "");
        let busy = busy.with_header("Retry-After", "50");
        let busy = Fault::Instead(Loss::Answer(busy));
        let stopped = stopped(kind, ("POST", "mlflow/"), busy, false);
        stopped.expect_end_within_a_second();
        assert_eq!(stopped.registry.found(&stopped.mark), []);
        stopped.expect_the_next_apply_to_converge();
    }
}

fn a_stop_ends_a_token_request() {
    let hang = Fault::Instead(Loss::Hang);
    let stopped = stopped(Kind::Databricks, ("POST", "/oidc/v1/token"), hang, true);
    stopped.expect_end_within_a_second();
    assert_eq!(stopped.registry.found(&stopped.mark), []);
    stopped.expect_the_next_apply_to_converge();
}

/// One that does not end: the version is in state, and is not made again.
fn a_stop_ends_the_wait_for_a_registration() {
    run(async {
        let trial = Trial::new(&MODEL_VERSION, Kind::Databricks);
        let registry = &trial.registry;
        registry.databricks().set(|it| it.pending = usize::MAX);
        let client = start(registry, false).await;
        let caller = client.caller(MODEL_VERSION.type_name);
        let apply = trial.act(Operation::Create, caller, None);
        let stop = async {
            // The second look is the first that waits.
            while registry.proxy.count("GET", "/model-versions/get") < 2 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            client.stop().await;
            Instant::now()
        };
        let (outcome, since) = tokio::join!(apply, stop);
        assert!(since.elapsed() < SECOND, "{:?}", since.elapsed());
        let told = outcome.diagnostics.iter().map(|it| it.summary.as_str());
        assert_eq!(told.collect::<Vec<_>>(), ["Version Still Pending"]);
        assert!(outcome.held.is_some(), "{outcome:?}");
        client.end().await;
        trial.tidy();
    });
}

/// An update whose answer never comes, and then the process is no more.
fn a_killed_provider_is_made_good_by_the_next_apply() {
    for kind in [Kind::Mlflow, Kind::Databricks] {
        run(async {
            let (registry, mark) = (Registry::new(kind), unique("killed"));
            let mut client = start(&registry, false).await;
            let old = registry.webhook(&mark, "old");
            let held = client.twin().apply(None, Some(&old)).await.held.unwrap();
            let hang = Fault::Afterwards(Loss::Hang);
            registry.proxy.inject("PATCH", "/", 1, hang);
            let new = registry.webhook(&mark, "new");
            let mut caller = client.twin();
            let apply = caller.apply(Some(&held), Some(&new));
            let kill = async {
                reached(&registry, ("PATCH", "/")).await;
                client.kill();
            };
            let (outcome, ()) = tokio::join!(apply, kill);
            assert_eq!(outcome.diagnostics[0].summary, "Plugin did not respond");
            converge(&registry, &mark, outcome.held).await;
            registry.tidy(&mark);
        });
    }
}

struct Stopped {
    registry: Registry,
    mark: String,
    outcome: Outcome,
    took: Duration,
}

/// Begins an apply, and stops it once the request is out that fares badly.
fn stopped(kind: Kind, (method, path): (&'static str, &str), fault: Fault, oauth: bool) -> Stopped {
    run(async {
        let (registry, mark) = (Registry::new(kind), unique("stopped"));
        let client = start(&registry, oauth).await;
        registry.proxy.inject(method, path, 1, fault);
        let config = registry.webhook(&mark, "new");
        let mut caller = client.twin();
        let apply = caller.apply(None, Some(&config));
        let stop = async {
            reached(&registry, (method, path)).await;
            client.stop().await;
            Instant::now()
        };
        let (outcome, since) = tokio::join!(apply, stop);
        let took = since.elapsed();
        client.end().await;
        Stopped {
            registry,
            mark,
            outcome,
            took,
        }
    })
}

impl Stopped {
    fn expect_end_within_a_second(&self) {
        assert!(self.took < SECOND, "{:?}", self.took);
        let told = &self.outcome.diagnostics[0];
        assert_eq!(told.summary, "Stopped", "{told:?}");
        assert!(self.outcome.held.is_none());
    }

    fn expect_the_next_apply_to_converge(self) {
        run(converge(&self.registry, &self.mark, self.outcome.held));
        self.registry.tidy(&self.mark);
    }
}

/// A new process, and a healthy network.
async fn converge(registry: &Registry, mark: &str, held: Option<Held>) {
    registry.proxy.heal();
    let client = start(registry, false).await;
    let mut caller = client.twin();
    let held = match held {
        Some(held) => caller.read(&held).await.held,
        None => None,
    };
    let config = registry.webhook(mark, "new");
    let outcome = caller.apply(held.as_ref(), Some(&config)).await;
    assert!(outcome.diagnostics.is_empty(), "{outcome:?}");
    let found = registry.found(mark);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].description, "new");
    assert_eq!(found[0].id, outcome.held.unwrap().id());
    client.end().await;
}

async fn start(registry: &Registry, oauth: bool) -> Client {
    let provider = registry.provider(&registry.proxy.url(), PATIENT, oauth);
    Client::start(registry.command(), &provider).await
}

/// Waits until the request is at the proxy.
async fn reached(registry: &Registry, (method, path): (&str, &str)) {
    while registry.proxy.count(method, path) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
