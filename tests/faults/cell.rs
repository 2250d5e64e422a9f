//! One cell of the matrix: an operation on an object of some type, and one fault. It makes what the operation
//! needs, lets the fault loose on the operation's own request, and looks at what is left.

use std::{fmt, time::Duration};

use terraform_provider_mlflow::wire::proto::Diagnostic;

use super::{
    entity::{Entity, Operation},
    fault::{Class, Fault, Way, dated},
    registry::{Kind, Patience, Registry},
    trial::{Trial, expect_nothing_leaked},
};
use crate::support::{
    client::{Caller, Client, Outcome},
    host::run,
    proxy::{self, Loss},
    tls::{Authority, TlsFront},
};

/// Longer than any cell takes.
const LIMIT: Duration = Duration::from_secs(90);

/// More than any cell can use up.
const ALWAYS: usize = usize::MAX;

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
    pub entity: &'static Entity,
    pub kind: Kind,
    pub operation: Operation,
    pub moment: Moment,
    pub fault: Fault,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            operation,
            moment,
            ..
        } = self;
        let (name, fault) = (self.entity.type_name, &self.fault.name);
        write!(f, "{kind:?} {name} {operation:?} {moment:?}: {fault}")
    }
}

/// How often the operation's request was sent, and what it came to: `done`, or an error's summary, with
/// all that the user is told.
#[derive(Debug)]
pub struct End {
    pub requests: usize,
    pub says: String,
    pub told: Vec<Diagnostic>,
}

impl Cell {
    /// Every operation and moment that makes sense for the fault.
    pub fn all_of(entity: &'static Entity, kind: Kind, fault: &Fault) -> Vec<Self> {
        let mut cells = Vec::new();
        for operation in Operation::ALL {
            // A token is waited for a minute in all, so nobody waits longer because he is told to.
            let is_endless = operation == Operation::Token && matches!(fault.way, Way::Stopped(_));
            if (entity.request)(operation, kind).is_none() || is_endless {
                continue;
            }
            for moment in [Moment::Before, Moment::After] {
                let is_told_apart = operation.writes() && fault.hides_success;
                if moment == Moment::Before || is_told_apart {
                    cells.push(Self {
                        entity,
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
            let mut trial = Trial::new(self.entity, self.kind);
            let end = tokio::time::timeout(LIMIT, self.strike(&mut trial)).await;
            trial.tidy();
            end.unwrap_or_else(|_| panic!("no end within {LIMIT:?}"))
        })
    }

    async fn strike(&self, trial: &mut Trial) -> End {
        let registry = &trial.registry;
        let maker = self.client(registry, &registry.proxy.url(), false).await;
        let held = trial.made(self.operation, &mut self.caller(&maker)).await;
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
        self.arm(&mut trial.registry);
        let act = trial.act(self.operation, self.caller(&client), held.as_ref());
        let (outcome, ()) = tokio::join!(act, self.stop(&client, &trial.registry));
        let (method, path) = self.request();
        let requests = trial.registry.proxy.count(method, path);
        trial.expect_truth(self.operation, held.as_ref(), &outcome);
        trial.registry.proxy.heal();
        if !matches!(
            self.fault.way,
            Way::Refuse | Way::Certificate | Way::Stopped(_)
        ) {
            let caller = self.caller(&client);
            trial.converge(self.operation, caller, &outcome).await;
        }
        expect_nothing_leaked(&client.end().await, &outcome);
        End {
            requests,
            says: says(&outcome),
            told: outcome.diagnostics,
        }
    }

    /// The method and a part of the path of the operation's own request.
    fn request(&self) -> (&'static str, &'static str) {
        let request = (self.entity.request)(self.operation, self.kind);
        request.expect("a cell is of an operation that its type has")
    }

    /// Whether the server reads what it is asked for in several steps.
    pub fn reads_in_steps(&self) -> bool {
        self.request() == ("GET", "users/list")
    }

    fn caller(&self, client: &Client) -> Caller {
        client.caller(self.entity.type_name)
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
        let (method, path) = self.request();
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

    /// Stops the provider once it waits, if that belongs to the fault.
    async fn stop(&self, client: &Client, registry: &Registry) {
        if !matches!(self.fault.way, Way::Stopped(_)) {
            return;
        }
        let (method, path) = self.request();
        while registry.proxy.count(method, path) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        client.stop().await;
    }
}

/// `done`, or the summary of the first error.
pub fn says(outcome: &Outcome) -> String {
    let failed = outcome.diagnostics.iter().find(|it| it.severity == 1);
    failed.map_or_else(|| "done".to_owned(), |it| it.summary.clone())
}
