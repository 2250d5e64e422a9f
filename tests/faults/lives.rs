//! Many applies in bad weather, of every type: objects are made, changed, renamed and destroyed at random
//! while random requests and answers are lost or spoilt. After each apply the state is what the server
//! has, or the error says what to look at. `make soak` does thousands; every test run some.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Instant,
};

use futures_util::future::join_all;
use terraform_provider_mlflow::wire::Value;

use super::{
    entity::{Entity, Operation, Wish, entities},
    registry::{Found, Kind, Patience, Registry},
    trial::{agree, expect_agreement, expect_no_secret},
    weather::{Chance, asked_for, weather},
};
use crate::support::{
    Case, cases,
    client::{Caller, Client, Held, Outcome, is_failure},
    feature::Feature,
    host::run,
    unique,
};

/// How many applies there are on each kind of server when nobody says otherwise.
const APPLIES: usize = 60;
/// Objects of each type that live side by side.
const OBJECTS: usize = 3;
/// More refreshes than any weather needs before one comes through.
const REFRESHES: usize = 50;

pub fn cases() -> Vec<Case> {
    cases![
        soak_of_every_type_on_mlflow_leaves_what_is_in_state,
        soak_of_every_type_on_a_server_with_logins_leaves_what_is_in_state,
        soak_of_every_type_on_databricks_leaves_what_is_in_state,
    ]
}

fn soak_of_every_type_on_mlflow_leaves_what_is_in_state() {
    soak(Kind::Mlflow);
}

fn soak_of_every_type_on_a_server_with_logins_leaves_what_is_in_state() {
    if Feature::Roles.is_there() {
        soak(Kind::Logins);
    }
}

fn soak_of_every_type_on_databricks_leaves_what_is_in_state() {
    soak(Kind::Databricks);
}

fn soak(kind: Kind) {
    let (begun, places) = (Instant::now(), places(kind));
    let types: usize = places.iter().map(|it| it.entities.len()).sum();
    let each = asked_for(APPLIES).div_ceil(types * OBJECTS);
    let errors: usize = run(async {
        let all = places.iter().map(|place| place.soak(each));
        join_all(all).await.into_iter().sum()
    });
    let struck: usize = places.iter().map(|it| *it.struck.lock().unwrap()).sum();
    eprintln!(
        "{kind:?}: {types} types, {} applies, {struck} requests struck, {errors} errors; \
         0 differences, 0 leaks; {:.0?}",
        each * types * OBJECTS,
        begun.elapsed(),
    );
}

/// A server, with the types that are soaked there by one provider.
struct Place {
    registry: Registry,
    entities: Vec<&'static Entity>,
    struck: Arc<Mutex<usize>>,
}

/// Every server that a type of this kind asks for.
fn places(kind: Kind) -> Vec<Place> {
    let mut places: Vec<(Option<SocketAddr>, Place)> = Vec::new();
    for entity in entities(kind) {
        let address = (kind == Kind::Mlflow).then(|| (entity.server)().address());
        match places.iter_mut().find(|(it, _)| *it == address) {
            Some((_, place)) => place.entities.push(entity),
            None => places.push((address, Place::new(kind, entity))),
        }
    }
    places.into_iter().map(|(_, place)| place).collect()
}

impl Place {
    fn new(kind: Kind, entity: &'static Entity) -> Self {
        Self {
            registry: Registry::with(kind, entity.server),
            entities: vec![entity],
            struck: Arc::default(),
        }
    }

    /// Lets all objects live, and gives how many applies failed.
    async fn soak(&self, applies: usize) -> usize {
        let registry = &self.registry;
        let patience = Patience {
            seconds: 30,
            retries: 3,
        };
        let oauth = registry.kind == Kind::Databricks;
        let provider = registry.provider(&registry.proxy.url(), patience, oauth);
        let client = Client::start(registry.command(), &provider).await;
        let objects = self.entities.iter().flat_map(|entity| [*entity; OBJECTS]);
        let mut lives: Vec<Life<'_>> = objects
            .enumerate()
            .map(|(number, entity)| Life::new(entity, registry, &client, number))
            .collect();
        registry.proxy.expose(weather(Arc::clone(&self.struck)));
        join_all(lives.iter_mut().map(|life| life.live(applies))).await;
        registry.proxy.heal();
        join_all(lives.iter_mut().map(Life::end)).await;
        let errors = lives.iter().map(|it| it.errors).sum();
        drop(lives);
        expect_no_secret(&client.end().await.stderr);
        errors
    }
}

/// One object, as long as it is applied to.
struct Life<'a> {
    entity: &'static Entity,
    registry: &'a Registry,
    mark: String,
    caller: Caller,
    chance: Chance,
    held: Option<Held>,
    errors: usize,
}

impl<'a> Life<'a> {
    fn new(
        entity: &'static Entity,
        registry: &'a Registry,
        client: &Client,
        number: usize,
    ) -> Self {
        let mark = unique("soak");
        (entity.prepare)(registry, &mark);
        Self {
            entity,
            registry,
            mark,
            caller: client.caller(entity.type_name),
            chance: Chance::of(number),
            held: None,
            errors: 0,
        }
    }

    async fn live(&mut self, applies: usize) {
        for _ in 0..applies {
            let wish = self.wish();
            self.apply(wish).await;
        }
    }

    /// What the next apply is for; none for a destruction, which needs something to destroy.
    fn wish(&mut self) -> Option<Wish> {
        let update = (self.entity.request)(Operation::Update, self.registry.kind);
        match self.chance.below(3) {
            0 if self.held.is_some() => None,
            1 if update.is_some() => Some(Wish::Old),
            _ => Some(Wish::New),
        }
    }

    async fn apply(&mut self, wish: Option<Wish>) {
        let config = wish.map(|wish| self.configuration(wish));
        let outcome = self.caller.apply(self.held.as_ref(), config.as_ref()).await;
        let (shown, found) = (self.shown(outcome.held.as_ref()), self.found());
        expect_agreement(shown.as_ref(), &found, &outcome);
        if is_failure(&outcome.diagnostics) {
            self.errors += 1;
            self.recover(outcome).await;
        } else {
            let wanted = wish.map(|it| it.text().to_owned());
            let came = shown.map(|it| it.description);
            assert_eq!(came, wanted, "{}: {outcome:?}", self.entity.type_name);
            self.held = outcome.held;
        }
    }

    /// What a user does after an error: refreshes until the weather lets one through, and takes away what
    /// the error says may be there and no state holds.
    async fn recover(&mut self, outcome: Outcome) {
        expect_no_secret(&format!("{outcome:?}").replace("?key=canary-query", ""));
        self.held = outcome.held;
        self.refresh().await;
        if !agree(self.shown(self.held.as_ref()).as_ref(), &self.found()) {
            (self.entity.delete)(self.registry, &self.mark);
            self.refresh().await;
        }
        let (shown, found) = (self.shown(self.held.as_ref()), self.found());
        let name = self.entity.type_name;
        assert!(
            agree(shown.as_ref(), &found),
            "{name}: {shown:?} is not {found:?}"
        );
    }

    async fn refresh(&mut self) {
        let mut told = Vec::new();
        for _ in 0..REFRESHES {
            let Some(held) = &self.held else {
                return;
            };
            let read = self.caller.read(held).await;
            self.held = read.held;
            if !is_failure(&read.diagnostics) {
                return;
            }
            told = read.diagnostics;
        }
        panic!("no refresh came through: {told:?}");
    }

    /// In fair weather it is destroyed, and nothing is left.
    async fn end(&mut self) {
        if self.held.is_some() {
            self.apply(None).await;
        }
        assert_eq!(self.found(), []);
        (self.entity.dismantle)(self.registry, &self.mark);
    }

    fn configuration(&self, wish: Wish) -> Value {
        (self.entity.configuration)(self.registry, &self.mark, wish)
    }

    fn shown(&self, held: Option<&Held>) -> Option<Found> {
        held.map(|it| (self.entity.shown)(&it.value))
    }

    fn found(&self) -> Vec<Found> {
        (self.entity.found)(self.registry, &self.mark)
    }
}
