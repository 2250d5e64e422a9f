//! One cell of the matrix: an operation on a registry, and one fault. It makes what the operation
//! needs, lets the fault loose on the operation's own request, and looks at what is left.

use std::time::Duration;

use terraform_provider_mlflow::wire::proto::Diagnostic;

use super::fault::{Class, Fault, Way, dated};
use super::registry::{CANARIES, Kind, Patience, Registry};
use crate::support::client::{Caller, Client, Held, Outcome, is_failure};
use crate::support::host::run;
use crate::support::proxy::{self, Loss};
use crate::support::tls::{Authority, TlsFront};
use crate::support::unique;

/// Longer than any cell takes.
const LIMIT: Duration = Duration::from_secs(90);

/// More than any cell can use up.
const ALWAYS: usize = usize::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Create,
    Read,
    List,
    Update,
    Delete,
    Test,
    /// A read for which a token has to be asked for first; the fault strikes once.
    Token,
}

impl Operation {
    pub const ALL: [Self; 7] = [
        Self::Create,
        Self::Read,
        Self::List,
        Self::Update,
        Self::Delete,
        Self::Test,
        Self::Token,
    ];

    fn writes(self) -> bool {
        matches!(
            self,
            Self::Create | Self::Update | Self::Delete | Self::Test
        )
    }

    /// The method and a part of the path of the operation's own request.
    fn request(self, kind: Kind) -> (&'static str, &'static str) {
        match (self, kind) {
            (Self::Token, _) => ("POST", "/oidc/v1/token"),
            (Self::Create, Kind::Mlflow) => ("POST", "/webhooks"),
            (Self::Create, Kind::Databricks) => ("POST", "/create"),
            (Self::Read | Self::List, Kind::Mlflow) => ("GET", "/webhooks"),
            (Self::Read | Self::List, Kind::Databricks) => ("GET", "/list"),
            (Self::Update, _) => ("PATCH", "webhooks/"),
            (Self::Delete, _) => ("DELETE", "webhooks/"),
            (Self::Test, _) => ("POST", "/test"),
        }
    }
}

/// When the fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The registry never sees the request, unless it only reads.
    Before,
    /// The registry has acted.
    After,
}

#[derive(Clone, Debug)]
pub struct Cell {
    pub kind: Kind,
    pub operation: Operation,
    pub moment: Moment,
    pub fault: Fault,
}

/// How often the operation's request was sent, and what it came to: `done`, or an error's summary.
#[derive(Debug, PartialEq, Eq)]
pub struct End {
    pub requests: usize,
    pub says: String,
}

impl Cell {
    /// Every operation and moment that makes sense for the fault.
    pub fn all_of(kind: Kind, fault: &Fault) -> Vec<Self> {
        let mut cells = Vec::new();
        for operation in Operation::ALL {
            // A token is waited for a minute in all, so nobody waits longer because he is told to.
            let is_stopped = matches!(fault.way, Way::Stopped(_));
            if operation == Operation::Token && (kind == Kind::Mlflow || is_stopped) {
                continue;
            }
            for moment in [Moment::Before, Moment::After] {
                let is_told_apart = operation.writes() && fault.hides_success;
                if moment == Moment::Before || is_told_apart {
                    cells.push(Self {
                        kind,
                        operation,
                        moment,
                        fault: fault.clone(),
                    });
                }
            }
        }
        cells
    }

    /// Runs it. Panics when state and registry differ without a word, or a secret got out.
    pub fn run(&self) -> End {
        run(async {
            let mark = unique("fault");
            let mut registry = Registry::new(self.kind);
            let strike = self.strike(&mut registry, &mark);
            let end = tokio::time::timeout(LIMIT, strike).await;
            registry.tidy(&mark);
            end.unwrap_or_else(|_| panic!("no end within {LIMIT:?}"))
        })
    }

    async fn strike(&self, registry: &mut Registry, mark: &str) -> End {
        let maker = self.client(registry, &registry.proxy.url(), false).await;
        let held = match self.operation {
            Operation::Create => None,
            _ => Some(made(&mut maker.twin(), registry, mark).await),
        };
        let front = matches!(self.fault.way, Way::Certificate)
            .then(|| TlsFront::start(registry.proxy.address(), &Authority::new(), None));
        let url = front
            .as_ref()
            .map_or_else(|| registry.proxy.url(), TlsFront::url);
        let is_new = front.is_some() || self.operation == Operation::Token;
        let client = match is_new {
            true => {
                self.client(registry, &url, self.operation == Operation::Token)
                    .await
            }
            false => maker,
        };
        registry.proxy.clear();
        self.arm(registry);
        let act = self.act(client.twin(), registry, mark, held.clone());
        let (outcome, ()) = tokio::join!(act, self.stop(&client, registry));
        let (method, path) = self.operation.request(self.kind);
        let requests = registry.proxy.count(method, path);
        self.expect_truth(registry, mark, held.as_ref(), &outcome);
        registry.proxy.heal();
        if !matches!(
            self.fault.way,
            Way::Refuse | Way::Certificate | Way::Stopped(_)
        ) {
            self.converge(client.twin(), registry, mark, &outcome).await;
        }
        let printed = client.end().await;
        expect_no_secret(&format!("{}{}", printed.stdout, printed.stderr));
        expect_no_secret(&format!("{outcome:?}").replace("?key=canary-query", ""));
        let failed = outcome.diagnostics.iter().find(|it| it.severity == 1);
        End {
            requests,
            says: failed.map_or_else(|| "done".to_owned(), |it| it.summary.clone()),
        }
    }

    async fn client(&self, registry: &Registry, url: &str, oauth: bool) -> Client {
        let patience = Patience {
            // No shorter than a busy server takes for the requests that no fault strikes.
            seconds: if self.fault.class == Class::Silent {
                10
            } else {
                30
            },
            retries: 1,
        };
        Client::start(registry.command(), &registry.provider(url, patience, oauth)).await
    }

    fn arm(&self, registry: &mut Registry) {
        let (method, path) = self.operation.request(self.kind);
        let times = match self.operation {
            Operation::Token => 1,
            _ => ALWAYS,
        };
        let is_list = matches!(self.fault.class, Class::Endless | Class::Circular);
        let strike = |loss: &Loss| match self.moment {
            Moment::Before if is_list || self.operation.writes() => {
                proxy::Fault::Instead(loss.clone())
            }
            _ => proxy::Fault::Afterwards(loss.clone()),
        };
        match &self.fault.way {
            Way::Answer(loss) | Way::Stopped(loss) => {
                registry.proxy.inject(method, path, times, strike(loss));
            }
            Way::Refuse => registry.proxy.refuse(),
            Way::Certificate => {}
            Way::Clock(ahead) => {
                if self.operation.writes() {
                    registry.proxy.inject(method, path, 1, strike(&Loss::Close));
                }
                let dated = proxy::Fault::Afterwards(Loss::Changed(dated(*ahead)));
                for method in ["GET", "POST", "PATCH", "DELETE"] {
                    registry.proxy.inject(method, "/", ALWAYS, dated.clone());
                }
            }
        }
    }

    async fn act(
        &self,
        mut caller: Caller,
        registry: &Registry,
        mark: &str,
        held: Option<Held>,
    ) -> Outcome {
        let prior = held.as_ref();
        let only = |diagnostics| Outcome {
            held: held.clone(),
            diagnostics,
        };
        match self.operation {
            Operation::Create => {
                let config = registry.webhook(mark, "new");
                caller.apply(None, Some(&config)).await
            }
            Operation::Update => {
                let config = registry.webhook(mark, "new");
                caller.apply(prior, Some(&config)).await
            }
            Operation::Delete => caller.apply(prior, None).await,
            Operation::Read | Operation::Token => caller.read(prior.unwrap()).await,
            Operation::List => only(caller.list().await.1),
            Operation::Test => only(caller.test(prior.unwrap().id()).await),
        }
    }

    /// Stops the provider once it waits, if that belongs to the fault.
    async fn stop(&self, client: &Client, registry: &Registry) {
        if !matches!(self.fault.way, Way::Stopped(_)) {
            return;
        }
        let (method, path) = self.operation.request(self.kind);
        while registry.proxy.count(method, path) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        client.stop().await;
    }

    /// State and registry agree, or the error says what to look at.
    fn expect_truth(&self, registry: &Registry, mark: &str, was: Option<&Held>, now: &Outcome) {
        let found = registry.found(mark);
        let failed = is_failure(&now.diagnostics);
        let told = format!("{:?}", now.diagnostics);
        assert!(
            failed || now.diagnostics.is_empty(),
            "only warnings: {told}"
        );
        let description = |held: &Held| held.value.get("description").as_str().map(str::to_owned);
        let same = match (&now.held, found.as_slice()) {
            (None, []) => true,
            (Some(held), [one]) => {
                one.id == held.id() && description(held).as_deref() == Some(&one.description)
            }
            _ => false,
        };
        let points = told.contains("Look at the registry's webhooks")
            || (!found.is_empty() && found.iter().all(|it| told.contains(&it.id)));
        assert!(
            same || (failed && points),
            "state {:?} and registry {found:?} differ, and the user is told: {told}",
            now.held.as_ref().map(|it| &it.value),
        );
        if !failed {
            let wanted = match self.operation {
                Operation::Delete => None,
                Operation::Create | Operation::Update => Some("new".to_owned()),
                _ => was.and_then(description),
            };
            assert_eq!(now.held.as_ref().and_then(description), wanted);
        }
    }

    /// Once all is well again, the next apply ends where this one should have.
    async fn converge(
        &self,
        mut caller: Caller,
        registry: &Registry,
        mark: &str,
        outcome: &Outcome,
    ) {
        let config = registry.webhook(mark, "new");
        let wanted = (self.operation != Operation::Delete).then_some(&config);
        let held = match &outcome.held {
            Some(held) => caller.read(held).await.held,
            None => None,
        };
        if held.is_none() && wanted.is_none() {
            return assert_eq!(registry.found(mark), []);
        }
        let applied = caller.apply(held.as_ref(), wanted).await;
        assert!(!is_failure(&applied.diagnostics), "{applied:?}");
        let found = registry.found(mark);
        match (&applied.held, found.as_slice()) {
            (None, []) => {}
            (Some(held), [one]) if held.id() == one.id && one.description == "new" => {}
            other => panic!("not converged: {other:?}"),
        }
    }
}

async fn made(caller: &mut Caller, registry: &Registry, mark: &str) -> Held {
    let outcome = caller
        .apply(None, Some(&registry.webhook(mark, "old")))
        .await;
    assert_eq!(outcome.diagnostics, Vec::<Diagnostic>::new());
    outcome.held.unwrap()
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
