//! Many applies in bad weather: random creates, updates and deletes, twins among them, while random
//! requests and answers are lost or spoilt. `make soak` does thousands; every test run some.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Instant,
};

use super::{
    registry::{Kind, Patience, Registry},
    trial::expect_no_secret,
    weather::{Chance, asked_for, weather},
};
use crate::support::{
    Case, cases,
    client::{Caller, Client, Held, is_failure},
    host::run,
    unique,
};

/// How many applies there are on each registry when nobody says otherwise.
const APPLIES: usize = 60;
/// Resources that are applied side by side, and how many of them are alike.
const RESOURCES: usize = 48;
const ALIKE: usize = 3;

pub fn cases() -> Vec<Case> {
    cases![
        soak_on_mlflow_leaves_what_is_in_state,
        soak_on_databricks_leaves_what_is_in_state,
    ]
}

fn soak_on_mlflow_leaves_what_is_in_state() {
    soak(Kind::Mlflow);
}

fn soak_on_databricks_leaves_what_is_in_state() {
    soak(Kind::Databricks);
}

/// What happened to the resources together.
#[derive(Debug, Default)]
struct Figures {
    applies: usize,
    errors: usize,
    /// Ids that errors name, and contents of which an error says that one may be there.
    told: String,
    unclear: BTreeMap<String, usize>,
}

fn soak(kind: Kind) {
    let wanted = asked_for(APPLIES);
    let begun = Instant::now();
    run(async {
        let (registry, mark) = (Registry::new(kind), unique("soak"));
        let struck = Arc::new(Mutex::new(0));
        registry.proxy.expose(weather(Arc::clone(&struck)));
        let patience = Patience {
            seconds: 30,
            retries: 3,
        };
        let oauth = kind == Kind::Databricks;
        let provider = registry.provider(&registry.proxy.url(), patience, oauth);
        let client = Client::start(registry.command(), &provider).await;
        let figures = Mutex::new(Figures::default());
        let resources = (0..RESOURCES).map(|number| {
            let each = wanted.div_ceil(RESOURCES);
            live(
                client.twin(),
                &registry,
                content(&mark, number),
                number,
                each,
                &figures,
            )
        });
        let lives = futures_util::future::join_all(resources).await;
        registry.proxy.heal();
        let mut held = Vec::new();
        for (one, is_certain) in lives {
            held.push(match one {
                Some(one) if !is_certain => client.twin().read(&one).await.held,
                one => one,
            });
        }
        let figures = figures.into_inner().unwrap();
        expect_agreement(&registry, &mark, &held, &figures);
        let printed = client.end().await;
        expect_no_secret(&printed.stderr);
        expect_no_secret(&figures.told);
        eprintln!(
            "{kind:?}: {} applies, {} requests struck, {} errors; 0 duplicates, 0 lost, 0 orphans, \
             0 leaks; {:.0?}",
            figures.applies,
            struck.lock().unwrap(),
            figures.errors,
            begun.elapsed(),
        );
        for number in 0..RESOURCES {
            registry.tidy(&content(&mark, number));
        }
    });
}

fn content(mark: &str, number: usize) -> String {
    format!("{mark}-{}", number / ALIKE)
}

/// One resource's life: applied again and again, and refreshed after each error. What is held in the
/// end, and whether the last apply went well.
async fn live(
    mut caller: Caller,
    registry: &Registry,
    content: String,
    number: usize,
    applies: usize,
    figures: &Mutex<Figures>,
) -> (Option<Held>, bool) {
    let mut chance = Chance::of(number);
    let (mut held, mut is_known, mut is_certain) = (None::<Held>, true, true);
    for _ in 0..applies {
        let config = registry.webhook(&content, &format!("version {}", chance.below(3)));
        let is_kept = held.is_none() || chance.below(3) > 0;
        let outcome = caller
            .apply(held.as_ref(), is_kept.then_some(&config))
            .await;
        let failed = is_failure(&outcome.diagnostics);
        note(&mut figures.lock().unwrap(), &content, &outcome.diagnostics);
        held = match outcome.held {
            Some(held) if failed => {
                let read = caller.read(&held).await;
                is_known = !is_failure(&read.diagnostics);
                read.held
            }
            Some(held) => Some(held),
            None => {
                is_known = true;
                None
            }
        };
        // After a read that failed too, an apply with nothing to change sends nothing, and its success
        // says nothing.
        is_certain = !failed && is_known;
    }
    (held, is_certain)
}

fn note(
    figures: &mut Figures,
    content: &str,
    diagnostics: &[terraform_provider_mlflow::wire::proto::Diagnostic],
) {
    figures.applies += 1;
    if !is_failure(diagnostics) {
        return;
    }
    figures.errors += 1;
    let text = format!("{diagnostics:?}\n").replace("?key=canary-query", "");
    if text.contains("Look at the registry's webhooks") {
        *figures.unclear.entry(content.to_owned()).or_default() += 1;
    }
    figures.told.push_str(&text);
}

/// What is there is what is held, but for what an error has named or said may be there.
fn expect_agreement(registry: &Registry, mark: &str, held: &[Option<Held>], figures: &Figures) {
    let kept: Vec<String> = held.iter().flatten().map(|it| it.id().to_owned()).collect();
    let once: BTreeSet<String> = kept.iter().cloned().collect();
    assert_eq!(kept.len(), once.len(), "one webhook held twice");
    for number in (0..RESOURCES).step_by(ALIKE) {
        let content = content(mark, number);
        let found: BTreeSet<String> = registry
            .found(&content)
            .into_iter()
            .map(|it| it.id)
            .collect();
        let mine: BTreeSet<String> = held[number..number + ALIKE]
            .iter()
            .flatten()
            .map(|it| it.id().to_owned())
            .collect();
        let lost: Vec<_> = mine.difference(&found).collect();
        assert!(lost.is_empty(), "{content}: lost {lost:?}");
        let extra = found
            .difference(&mine)
            .filter(|id| !figures.told.contains(id.as_str()));
        let allowed = figures.unclear.get(&content).copied().unwrap_or_default();
        assert!(
            extra.clone().count() <= allowed,
            "{content}: orphans {:?}",
            extra.collect::<Vec<_>>()
        );
    }
}
