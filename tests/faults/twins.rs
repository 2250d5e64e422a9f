//! Creates of the same content at once, by one run and by two: never one short, never one over,
//! never someone else's.

use std::{collections::BTreeSet, time::Duration};

use super::{
    registry::{Kind, Patience, Registry},
    trial::expect_no_secret,
};
use crate::support::{
    Case, cases,
    client::{Client, Outcome, is_failure},
    host::run,
    proxy::{Fault, Loss},
    unique,
};

/// Of one run.
const TWINS: usize = 10;

pub fn cases() -> Vec<Case> {
    cases![
        ten_twins_of_one_run_are_ten_on_mlflow,
        ten_twins_of_one_run_are_ten_on_databricks,
        two_runs_of_ten_twins_each_take_their_own_or_say_so,
    ]
}

fn ten_twins_of_one_run_are_ten_on_mlflow() {
    ten_twins_of_one_run_are_ten(Kind::Mlflow);
}

fn ten_twins_of_one_run_are_ten_on_databricks() {
    ten_twins_of_one_run_are_ten(Kind::Databricks);
}

/// Four answers are lost after the registry has acted, two requests before it sees them.
fn ten_twins_of_one_run_are_ten(kind: Kind) {
    run(async {
        let (registry, mark) = (Registry::new(kind), unique("twins"));
        lose(&registry, 4, 2);
        let outcomes = create(&registry, &mark).await;
        let ids = held(&outcomes);
        assert_eq!(ids.len(), TWINS, "{outcomes:?}");
        let found: BTreeSet<_> = registry.found(&mark).into_iter().map(|it| it.id).collect();
        assert_eq!(ids, found);
        registry.tidy(&mark);
    });
}

/// Two processes know nothing of each other. What they hold is disjoint, and what nobody holds is
/// in an error that names it.
fn two_runs_of_ten_twins_each_take_their_own_or_say_so() {
    for kind in [Kind::Mlflow, Kind::Databricks] {
        run(async {
            let (one, mark) = (Registry::new(kind), unique("rivals"));
            let two = one.again();
            lose(&one, 2, 0);
            lose(&two, 2, 0);
            let (ours, theirs) = tokio::join!(create(&one, &mark), create(&two, &mark));
            let found: BTreeSet<_> = one.found(&mark).into_iter().map(|it| it.id).collect();
            assert_eq!(found.len(), 2 * TWINS, "{kind:?}");
            let (mine, others) = (held(&ours), held(&theirs));
            let both: Vec<_> = mine.intersection(&others).collect();
            assert!(both.is_empty(), "{kind:?}: both hold {both:?}");
            let told: String = ours.iter().chain(&theirs).map(told).collect();
            for id in found
                .iter()
                .filter(|id| !mine.contains(*id) && !others.contains(*id))
            {
                assert!(
                    told.contains(id.as_str()),
                    "{kind:?}: nobody tells of {id}: {told}"
                );
            }
            expect_no_secret(&told);
            one.tidy(&mark);
        });
    }
}

fn lose(registry: &Registry, after: usize, before: usize) {
    let path = match registry.kind {
        Kind::Mlflow | Kind::Logins => "/webhooks",
        Kind::Databricks => "/create",
    };
    let proxy = &registry.proxy;
    proxy.inject("POST", path, after, Fault::Afterwards(Loss::Reset));
    proxy.inject("POST", path, before, Fault::Instead(Loss::Close));
    proxy.inject("POST", path, 1, Fault::Late(Duration::from_millis(300)));
}

/// One run's twins, all at once.
async fn create(registry: &Registry, mark: &str) -> Vec<Outcome> {
    let patience = Patience {
        seconds: 30,
        retries: 7,
    };
    let provider = registry.provider(&registry.proxy.url(), patience, false);
    let client = Client::start(registry.command(), &provider).await;
    let config = registry.webhook(mark, "new");
    let all = (0..TWINS).map(|_| {
        let (mut caller, config) = (client.twin(), config.clone());
        async move { caller.apply(None, Some(&config)).await }
    });
    let outcomes = futures_util::future::join_all(all).await;
    let printed = client.end().await;
    expect_no_secret(&printed.stderr);
    outcomes
}

/// The ids that are in state; each is in it once.
fn held(outcomes: &[Outcome]) -> BTreeSet<String> {
    let ids = outcomes.iter().filter_map(|it| it.held.as_ref());
    let ids: Vec<String> = ids.map(|it| it.id().to_owned()).collect();
    let all: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(all.len(), ids.len(), "one id in two places");
    all
}

fn told(outcome: &Outcome) -> String {
    assert_eq!(outcome.held.is_none(), is_failure(&outcome.diagnostics));
    format!("{:?}\n", outcome.diagnostics).replace("?key=canary-query", "")
}
