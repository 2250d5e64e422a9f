//! One object of some type on a registry: what is done to it, and what must hold afterwards whatever
//! went wrong on the way.

use terraform_provider_mlflow::wire::proto::Diagnostic;

use super::{
    entity::{Entity, Operation, Wish},
    registry::{CANARIES, Found, Kind, Registry},
};
use crate::support::{
    client::{Caller, Held, Outcome, is_failure},
    unique,
};

/// An object, there or to be made, and the registry for it.
pub struct Trial {
    pub entity: &'static Entity,
    pub registry: Registry,
    pub mark: String,
}

impl Trial {
    pub fn new(entity: &'static Entity, kind: Kind) -> Self {
        let (registry, mark) = (Registry::with(kind, entity.server), unique("fault"));
        (entity.prepare)(&registry, &mark);
        Self {
            entity,
            registry,
            mark,
        }
    }

    /// Makes what the operation needs, in health.
    pub async fn made(&self, operation: Operation, caller: &mut Caller) -> Option<Held> {
        if operation == Operation::Create {
            return None;
        }
        let outcome = caller.apply(None, Some(&self.config(Wish::Old))).await;
        assert_eq!(outcome.diagnostics, Vec::<Diagnostic>::new());
        assert!(outcome.held.is_some());
        outcome.held
    }

    pub async fn act(
        &self,
        operation: Operation,
        mut caller: Caller,
        held: Option<&Held>,
    ) -> Outcome {
        let only = |diagnostics| Outcome {
            held: held.cloned(),
            diagnostics,
        };
        let new = self.config(Wish::New);
        match operation {
            Operation::Create => caller.apply(None, Some(&new)).await,
            Operation::Update => caller.apply(held, Some(&new)).await,
            Operation::Delete => caller.apply(held, None).await,
            Operation::Read | Operation::Token => caller.read(held.unwrap()).await,
            Operation::List => only(caller.list().await.1),
            Operation::Test => only(caller.test(held.unwrap().id()).await),
        }
    }

    /// State and registry agree, or the error says what to look at.
    pub fn expect_truth(&self, operation: Operation, was: Option<&Held>, now: &Outcome) {
        let found = self.found();
        let held = now.held.as_ref().map(|it| self.shown(it));
        expect_agreement(held.as_ref(), &found, now);
        if !is_failure(&now.diagnostics) {
            let wanted = match operation {
                Operation::Delete => None,
                Operation::Create | Operation::Update => Some(Wish::New.text().to_owned()),
                _ => was.map(|it| self.shown(it).description),
            };
            assert_eq!(held.map(|it| it.description), wanted);
        }
    }

    /// Once all is well again, the next apply ends where this one should have. Whoever is told to look
    /// does so first, and takes away what no state holds.
    pub async fn converge(&self, operation: Operation, mut caller: Caller, outcome: &Outcome) {
        if outcome.held.is_none() && tells_to_look(outcome) {
            (self.entity.delete)(&self.registry, &self.mark);
        }
        let config = self.config(Wish::New);
        let wanted = (operation != Operation::Delete).then_some(&config);
        let held = match &outcome.held {
            Some(held) => caller.read(held).await.held,
            None => None,
        };
        if held.is_none() && wanted.is_none() {
            return assert_eq!(self.found(), []);
        }
        let applied = caller.apply(held.as_ref(), wanted).await;
        assert!(!is_failure(&applied.diagnostics), "{applied:?}");
        let found = self.found();
        match (&applied.held, found.as_slice()) {
            (None, []) => {}
            (Some(held), [one])
                if self.shown(held) == *one && one.description == Wish::New.text() => {}
            other => panic!("not converged: {other:?}"),
        }
    }

    pub fn tidy(&self) {
        (self.entity.delete)(&self.registry, &self.mark);
        (self.entity.dismantle)(&self.registry, &self.mark);
    }

    fn config(&self, wish: Wish) -> terraform_provider_mlflow::wire::Value {
        (self.entity.configuration)(&self.registry, &self.mark, wish)
    }

    fn shown(&self, held: &Held) -> Found {
        (self.entity.shown)(&held.value)
    }

    fn found(&self) -> Vec<Found> {
        (self.entity.found)(&self.registry, &self.mark)
    }
}

/// State and registry agree, or the error says what to look at.
pub fn expect_agreement(held: Option<&Found>, found: &[Found], now: &Outcome) {
    let failed = is_failure(&now.diagnostics);
    let told = format!("{:?}", now.diagnostics);
    assert!(
        failed || now.diagnostics.is_empty(),
        "only warnings: {told}"
    );
    let points =
        tells_to_look(now) || (!found.is_empty() && found.iter().all(|it| told.contains(&it.id)));
    assert!(
        agree(held, found) || (failed && points),
        "state {held:?} and registry {found:?} differ, and the user is told: {told}",
    );
}

/// Whether the state holds what the registry has, and nothing else.
pub fn agree(held: Option<&Found>, found: &[Found]) -> bool {
    match (held, found) {
        (None, []) => true,
        (Some(held), [one]) => held == one,
        _ => false,
    }
}

fn tells_to_look(outcome: &Outcome) -> bool {
    let mut told = outcome.diagnostics.iter();
    told.any(|it| it.detail.contains("Look at the registry's"))
}

/// What was printed, and what the host was told, holds no canary.
pub fn expect_nothing_leaked(printed: &crate::support::host::Ended, outcome: &Outcome) {
    expect_no_secret(&format!("{}{}", printed.stdout, printed.stderr));
    expect_no_secret(&format!("{outcome:?}").replace("?key=canary-query", ""));
}

pub fn expect_no_secret(text: &str) {
    for canary in CANARIES {
        let at = text.find(canary);
        let around = at.map(|at| {
            let from = text[..at]
                .char_indices()
                .rev()
                .nth(300)
                .map_or(0, |(i, _)| i);
            &text[from..at + canary.len()]
        });
        assert!(
            at.is_none(),
            "{canary} got out: {}",
            around.unwrap_or_default()
        );
    }
}
